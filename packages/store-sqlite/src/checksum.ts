import { crc32 } from 'node:zlib'
import { Damage, numberField, type Row, textField } from './row.ts'

/** A number that tells whether a text is the one that was written, and in its place: SQLite itself notices only some of what a disk does to a file. */
export function checksum(text: string, ...place: readonly (string | number | null)[]): number {
  return crc32(JSON.stringify(place) + text)
}

/** The same for a place within another, whose beginning as JSON is `[…,`: made once where many of them are asked. */
export function checksumIn(opening: string, text: string, place: number): number {
  return crc32(`${opening}${place}]${text}`)
}

/** @throws Damage when the `body` of the row is not what was written in this place */
export function assertWhole(row: Row, ...place: readonly (string | number | null)[]): void {
  assertSum(row, checksum(textField(row, 'body'), ...place))
}

/** @throws Damage when the row has another checksum */
export function assertSum(row: Row, sum: number): void {
  if (numberField(row, 'sum') !== sum) throw new Damage('body', 'not what was written')
}
