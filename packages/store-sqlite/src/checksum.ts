import { crc32 } from 'node:zlib'
import { Damage, numberField, type Row, textField } from './row.ts'

/** A number that tells whether a text is the one that was written, and in its place: SQLite itself notices only some of what a disk does to a file. */
export function checksum(text: string, ...place: readonly (string | number | null)[]): number {
  return crc32(JSON.stringify(place) + text)
}

/** @throws Damage when the `body` of the row is not what was written in this place */
export function assertWhole(row: Row, ...place: readonly (string | number | null)[]): void {
  if (numberField(row, 'sum') !== checksum(textField(row, 'body'), ...place))
    throw new Damage('body', 'not what was written')
}
