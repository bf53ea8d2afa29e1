import type { ToolOutcome } from '../block.ts'
import type { ContentPart } from '../content.ts'
import { readSDKFile } from './ai-sdk-media.ts'
import { losePart, readContent } from './content-list.ts'
import { type Fields, fieldsIn, fieldsOf, filledIn, jsonText, textIn } from './fields.ts'
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
  const text = typeof output.value === 'string' ? output.value : jsonText(output.value)
  switch (output.type) {
    case 'text':
    case 'json':
      return { outcome: 'ok', content: textContent(text) }
    case 'error-text':
    case 'error-json':
      return { outcome: 'error', content: textContent(text) }
    case 'execution-denied':
      return denied(filledIn(output, 'reason'))
    case 'content':
      return {
        outcome: 'ok',
        content: readContent(output.value, `${path}.output.value`, builder, (one, place) =>
          readPart(builder, one, place),
        ),
      }
    default:
      builder.lose(`${path}.output`, `nobody knows what a ${output.type} is: it is told as JSON`)
      return { outcome: 'ok', content: textContent(jsonText(part.output)) }
  }
}

/** A call that somebody did not allow. */
export function denied(reason: string | undefined): SDKOutput {
  return { outcome: 'denied', content: textContent(reason ?? 'Not run: the call was denied.') }
}

/** A value that a tool returned, as text. */
export function valueContent(value: unknown): readonly ContentPart[] {
  return textContent(typeof value === 'string' ? value : jsonText(value))
}

function readBareResult(builder: ImportBuilder, part: Fields, path: string): SDKOutput {
  const outcome = part.isError === true ? 'error' : 'ok'
  const parts = part.experimental_content
  if (!Array.isArray(parts)) return { outcome, content: valueContent(part.result ?? part.output) }
  const place = `${path}.experimental_content`
  return { outcome, content: readContent(parts, place, builder, (one, at) => readPart(builder, one, at)) }
}

function readPart(builder: ImportBuilder, part: Fields, path: string): ContentPart | undefined {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: textIn(part, 'text') ?? '' }
    case 'image':
    case 'media':
    case 'file-data':
    case 'file-url':
      return readSDKFile(part) ?? losePart(builder, part, path)
    case 'image-data':
    case 'image-url':
      return readSDKFile({ ...part, type: 'image' }) ?? losePart(builder, part, path)
    case 'file-id':
      return keptFile(part, 'file') ?? losePart(builder, part, path)
    case 'image-file-id':
      return keptFile(part, 'image') ?? losePart(builder, part, path)
    default:
      return losePart(builder, part, path)
  }
}

/** A file that a provider keeps, where it says which. */
function keptFile(part: Fields, type: 'file' | 'image'): ContentPart | undefined {
  const [[provider = '', fileId] = []] = Object.entries(fieldsOf(part.fileId) ?? {})
  const api = provider === 'anthropic' ? 'anthropic-messages' : provider === 'openai' ? 'openai-responses' : undefined
  if (api === undefined || typeof fileId !== 'string') return undefined
  return { type, source: { type: 'provider-file', api, fileId } }
}
