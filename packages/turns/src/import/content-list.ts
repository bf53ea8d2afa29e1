import { type BlockFields, systemBlock, userBlock } from '../build-block.ts'
import { type ContentPart, contentText } from '../content.ts'
import { findBytesProblem, mendBytes } from '../media-bytes.ts'
import type { Fields } from './fields.ts'
import { fieldsOf } from './fields.ts'
import type { ImportBuilder } from './import-builder.ts'

/** Reads one part; undefined where it is none that a turn can hold, which is then told of. */
export type ReadPart = (part: Fields, path: string) => ContentPart | undefined

/** Content that is a text or a list of parts. */
export function readContent(
  content: unknown,
  path: string,
  builder: ImportBuilder,
  readPart: ReadPart,
): readonly ContentPart[] {
  if (content === undefined || content === null) return []
  const parts = typeof content === 'string' ? [{ type: 'text', text: content }] : content
  if (!Array.isArray(parts)) {
    builder.lose(path, 'it is neither a text nor a list of parts')
    return []
  }
  return parts.flatMap((item: unknown, index) => {
    const place = typeof content === 'string' ? path : `${path}[${index}]`
    const fields = typeof item === 'string' ? { type: 'text', text: item } : fieldsOf(item)
    const part = fields === undefined ? builder.lose(place, 'it is no part') : readPart(fields, place)
    return part === undefined ? [] : soundPart(part, place, builder)
  })
}

/** The part, where its bytes can be read. */
function soundPart(part: ContentPart, path: string, builder: ImportBuilder): readonly ContentPart[] {
  const reason = findBytesProblem(part)
  if (reason === undefined) return [part]
  const mended = mendBytes(part)
  const told = `the ${part.type} ${reason}${mended === undefined ? '' : ': it was rewritten'}`
  if (mended === undefined) builder.lose(path, told)
  else builder.remark(path, told)
  return mended === undefined ? [] : [mended]
}

/** Adds what a user says, but texts that say nothing. */
export function addUserContent(
  builder: ImportBuilder,
  content: readonly ContentPart[],
  path: string,
  extra: BlockFields = {},
): void {
  const said = content.filter((part) => part.type !== 'text' || part.text.trim() !== '')
  if (said.length === 0) builder.lose(path, 'it says nothing')
  else builder.add(path, (fields) => userBlock(said, fields), extra)
}

/** Adds what the system says. */
export function addSystemContent(
  builder: ImportBuilder,
  content: readonly ContentPart[],
  path: string,
  extra: BlockFields = {},
): void {
  for (const part of content) if (part.type !== 'text') builder.remark(path, `a system text holds no ${part.type}`)
  const text = contentText(content)
  if (text.trim() === '') builder.lose(path, 'it says nothing')
  else builder.add(path, (fields) => systemBlock(text, fields), extra)
}

/** Tells of a part that a turn has no place for. */
export function losePart(builder: ImportBuilder, { type }: Fields, path: string): undefined {
  builder.lose(path, typeof type === 'string' ? `a turn has no place for a ${type} here` : 'it has no type')
}
