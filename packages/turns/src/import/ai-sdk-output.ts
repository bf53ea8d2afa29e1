import type { ToolOutcome } from '../block.ts'
import type { ContentPart } from '../content.ts'
import { ownJson } from '../own-json.ts'
import { keptSource, readSDKFile } from './ai-sdk-media.ts'
import { loseMetadata, metadataOf } from './ai-sdk-metadata.ts'
import { losePart, readContent } from './content-list.ts'
import { choiceIn, type Fields, fieldsIn, filledIn, jsonText, textIn } from './fields.ts'
import type { ImportBuilder } from './import-builder.ts'
import { textContent } from './media.ts'

/** What came of a call. */
export interface SDKOutput {
  readonly outcome: ToolOutcome
  readonly content: readonly ContentPart[]
}

/** The output of a `tool-result` part: in older versions a bare value. */
export function readOutput(builder: ImportBuilder, part: Fields, path: string): SDKOutput {
  const output = fieldsIn(part, 'output')
  if (output === undefined || typeof output.type !== 'string') return readBareResult(builder, part, path)
  const place = `${path}.output`
  loseMetadata(builder, place, metadataOf(output), false)
  switch (output.type) {
    case 'text':
    case 'json':
      return { outcome: 'ok', content: valueContent(builder, output.value, place) }
    case 'error-text':
    case 'error-json':
      return { outcome: 'error', content: valueContent(builder, output.value, place) }
    case 'execution-denied':
      return denied(filledIn(output, 'reason'))
    case 'content':
      return {
        outcome: 'ok',
        content: readContent(output.value, `${place}.value`, builder, (one, at) => readPart(builder, one, at)),
      }
    default:
      builder.remark(place, `nobody knows what a ${output.type} is: it is told as JSON`)
      return { outcome: 'ok', content: valueContent(builder, part.output, place) }
  }
}

/** A call that somebody did not allow. */
export function denied(reason: string | undefined): SDKOutput {
  return { outcome: 'denied', content: textContent(reason ?? 'Not run: the call was denied.') }
}

/** A value that a tool returned, as text. */
export function valueContent(builder: ImportBuilder, value: unknown, path: string): readonly ContentPart[] {
  if (typeof value === 'string') return textContent(value)
  const { problem } = ownJson(value, 'it')
  if (problem !== undefined) builder.lose(path, problem.message)
  return textContent(jsonText(value))
}

function readBareResult(builder: ImportBuilder, part: Fields, path: string): SDKOutput {
  const outcome = choiceIn(part, 'isError', [true, false]) === true ? 'error' : 'ok'
  const parts = part.experimental_content
  if (!Array.isArray(parts)) return { outcome, content: valueContent(builder, part.result ?? part.output, path) }
  const place = `${path}.experimental_content`
  return { outcome, content: readContent(parts, place, builder, (one, at) => readPart(builder, one, at)) }
}

function readPart(builder: ImportBuilder, part: Fields, path: string): ContentPart | undefined {
  loseMetadata(builder, path, metadataOf(part), false)
  switch (part.type) {
    case 'text':
      return { type: 'text', text: textIn(part, 'text') ?? '' }
    case 'image':
    case 'file':
    case 'media':
    case 'file-data':
    case 'file-url':
      return readSDKFile(builder, part, path) ?? losePart(builder, part, path)
    case 'image-data':
    case 'image-url':
      return readSDKFile(builder, part, path, 'image') ?? losePart(builder, part, path)
    case 'file-id':
    case 'file-reference':
      return keptPart(builder, part, 'file', path)
    case 'image-file-id':
    case 'image-file-reference':
      return keptPart(builder, part, 'image', path)
    default:
      return losePart(builder, part, path)
  }
}

/** A file that a provider keeps, where it says which. */
function keptPart(builder: ImportBuilder, part: Fields, type: 'file' | 'image', path: string): ContentPart | undefined {
  const source = keptSource(part.fileId ?? part.providerReference)
  if (source === undefined) return losePart(builder, part, path)
  return { type, source }
}
