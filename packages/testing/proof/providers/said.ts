import type {
  ContentPart,
  InferenceConfig,
  JsonObject,
  StructuredOutput,
  ToolChoice,
  ToolDefinition,
} from '@geppetto/turns'
import { asText, isList } from './json.ts'

/** One thing that somebody says in a recorded request, in no API's form. */
export type Said =
  | { readonly kind: 'system'; readonly text: string }
  | { readonly kind: 'user'; readonly content: readonly ContentPart[] }
  | { readonly kind: 'assistant'; readonly text: string }
  | { readonly kind: 'call'; readonly id: string; readonly name: string; readonly input: string }
  | {
      readonly kind: 'result'
      readonly id: string
      readonly content: readonly ContentPart[]
      readonly isError: boolean
    }
  /** What only its provider understands: reasoning, what server tools leave. */
  | { readonly kind: 'opaque' }

/** A recorded request in our words. */
export interface SaidRequest {
  readonly said: readonly Said[]
  readonly tools: readonly ToolDefinition[]
  readonly choice: ToolChoice | undefined
  readonly config: InferenceConfig
  readonly output: StructuredOutput | undefined
}

/** Content that is a text, or a list of parts which `read` knows. */
export function readContent(
  content: JsonObject[string],
  read: (part: JsonObject) => ContentPart | undefined,
): readonly ContentPart[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }]
  if (!isList(content)) return []
  return content.flatMap((part) => {
    const known = typeof part === 'object' && part !== null && !isList(part) ? read(part) : undefined
    return known === undefined ? [] : [known]
  })
}

/** An image or a file, from a `data:` address or any other. */
export function mediaFrom(type: 'image' | 'file', address: string, name?: string): ContentPart {
  const [, mediaType, data] = /^data:([^;,]+);base64,(.*)$/s.exec(address) ?? []
  const facts = name === undefined || type === 'image' ? {} : { name }
  if (mediaType === undefined || data === undefined) return { type, source: { type: 'url', url: address }, ...facts }
  return { type, source: { type: 'base64', data }, mediaType, ...facts }
}

/** The options that all three call nearly the same. */
export function readConfig(body: JsonObject, limit: string, stops: string): InferenceConfig {
  const { temperature, top_p: topP, seed } = body
  const { [limit]: most, [stops]: stopSequences } = body
  return {
    ...(typeof temperature === 'number' ? { temperature } : undefined),
    ...(typeof topP === 'number' ? { topP } : undefined),
    ...(typeof seed === 'number' ? { seed } : undefined),
    ...(typeof most === 'number' ? { maxOutputTokens: most } : undefined),
    ...(isList(stopSequences) ? { stopSequences: stopSequences.map((stop) => asText(stop) ?? '') } : undefined),
  }
}
