import { numberIn, objectIn, textIn } from '@geppetto/engine'
import { type Block, defined, isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'
import { wellFormedJson, wireJson } from './wire.ts'

/** What is kept of a content block for its replay, on our block. */
export interface NativePayload {
  /** Where in its message the content block stood: a gap shows that one is missing. */
  readonly index: number
  /** The content block as it came, less what our block holds word for word. */
  readonly block: JsonObject
  /** The arguments' own text, where our value does not hold its numbers to the last digit. */
  readonly input?: string
  /** The container that the message's programs ran in. */
  readonly container?: string | undefined
  /** Deltas that nobody knows: what the block became is then not known either, and it is not sent back. */
  readonly unknownDeltas?: readonly JsonValue[]
}

/** The payload as data. */
export function toPayload({ index, block, input, container, unknownDeltas }: NativePayload): JsonObject {
  const odd = unknownDeltas === undefined || unknownDeltas.length === 0 ? undefined : unknownDeltas
  return { index, block, ...defined({ input, container, unknownDeltas: odd }) }
}

/** The payload of a block that this adapter made. */
export function readPayload({ native }: Block): NativePayload | undefined {
  const payload = native?.payload
  if (!isJsonObject(payload)) return undefined
  const index = numberIn(payload, 'index')
  const block = objectIn(payload, 'block')
  if (index === undefined || block === undefined || textIn(block, 'type') === undefined) return undefined
  const { unknownDeltas } = payload
  return {
    index,
    block,
    ...defined({
      input: textIn(payload, 'input'),
      container: textIn(payload, 'container'),
      unknownDeltas: Array.isArray(unknownDeltas) ? unknownDeltas : undefined,
    }),
  }
}

/** Whether a content block is a call of a tool of the provider's own. */
export function isServerCall({ type }: JsonObject): boolean {
  return type === 'server_tool_use' || type === 'mcp_tool_use'
}

const rendered = new WeakMap<Block, string>()

/** The content block of a replayed message, as JSON: what came from the provider, to the value. */
export function renderNative(block: Block, payload: NativePayload): string {
  const known = rendered.get(block)
  if (known !== undefined) return known
  const json = render(block, payload)
  rendered.set(block, json)
  return json
}

/** The block is remembered with those around it. */
export function forgetNative(block: Block): void {
  rendered.delete(block)
}

/** As {@link renderNative}, for a call that is sent under another id. */
export function renderAs(id: string, block: Block, payload: NativePayload): string {
  return render(block, { ...payload, block: { ...payload.block, id } })
}

function render(block: Block, { block: native, input }: NativePayload): string {
  switch (block.kind) {
    case 'assistant':
      return wireJson({ ...native, text: block.text })
    case 'reasoning':
      return wireJson(native.type === 'thinking' ? { ...native, thinking: block.text } : native)
    case 'tool-call':
      if (block.input.state !== 'parsed') return wireJson({ ...native, input: { input: block.input.raw } })
      if (input === undefined) return wireJson({ ...native, input: block.input.value })
      return `${wireJson(native).slice(0, -1)},"input":${wellFormedJson(input)}}`
    case 'provider':
      return wireJson({ ...native, ...defined({ input: block.input, content: block.output }) })
    default:
      return wireJson(native)
  }
}
