import { type DecoderOutput, type ServerToolWriter, textIn } from '@geppetto/engine'
import { defined, type JsonObject, type JsonValue } from '@geppetto/turns'
import type { OpenItem } from './open-item.ts'

/** What the provider did or keeps on its side: calls of its own tools, and items that this version does not know. */
export class ServerItem implements OpenItem {
  readonly size = 1
  readonly #writer: ServerToolWriter
  #item: JsonObject

  constructor(output: DecoderOutput, item: JsonObject) {
    this.#writer = output.serverTool(textIn(item, 'type') ?? 'unknown', textIn(item, 'name'))
    this.#item = item
  }

  progress(news: { readonly status?: string; readonly data?: JsonValue }): void {
    this.#writer.progress(news)
  }

  settle(item: JsonObject): boolean {
    this.#item = item
    return false
  }

  finish(_part: number, payload: JsonValue | undefined): void {
    const { input, output } = factsOf(this.#item)
    this.#writer.finish(defined({ payload, input: input ?? undefined, output: output ?? undefined }))
  }
}

interface Facts {
  readonly input?: JsonValue | undefined
  readonly output?: JsonValue | undefined
}

function factsOf(item: JsonObject): Facts {
  switch (item.type) {
    case 'web_search_call':
    case 'shell_call':
      return { input: item.action }
    case 'file_search_call':
      return { input: item.queries, output: item.results }
    case 'code_interpreter_call':
      return { input: item.code, output: item.outputs }
    case 'image_generation_call':
      return { input: item.revised_prompt, output: item.result }
    case 'mcp_call':
      return { input: parsed(item.arguments), output: item.output ?? item.error }
    case 'mcp_approval_request':
      return { input: parsed(item.arguments) }
    case 'shell_call_output':
      return { output: item.output }
    default:
      // Where the calls of tools that were added since say the same.
      return {
        input: parsed(item.arguments) ?? item.action ?? item.code ?? item.input,
        output: item.output ?? item.tools,
      }
  }
}

/** Arguments as they are meant; as they came where they are no JSON. */
function parsed(text: JsonValue | undefined): JsonValue | undefined {
  if (typeof text !== 'string') return text
  try {
    const value: JsonValue = JSON.parse(text)
    return value
  } catch {
    // The model wrote it and the provider has run it: what it is worth is not ours to judge.
    return text
  }
}
