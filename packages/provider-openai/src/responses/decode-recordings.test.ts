import { listIn, objectIn, textIn } from '@geppetto/engine'
import { type Block, isJsonObject, type JsonObject, type JsonValue, providerCalls, usageTotals } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { type Outcome, play } from './play.test-helper.ts'
import { type Recording, readRecordings } from './recording.test-helper.ts'

/** How the bytes of a body are cut. */
type Cut = (bytes: Uint8Array) => readonly Uint8Array[]

const whole: Cut = (bytes) => [bytes]
const byteByByte: Cut = (bytes) => Array.from(bytes, (byte) => Uint8Array.of(byte))
const randomly: Cut = (bytes) => {
  const pieces: Uint8Array[] = []
  let seed = bytes.length
  for (let start = 0; start < bytes.length; start += pieces.at(-1)?.length ?? 1) {
    seed = (seed * 1103515245 + 12345) % 2147483648
    pieces.push(bytes.slice(start, start + 1 + (seed % 97)))
  }
  return pieces
}

/** A turn in the words of the recordings. */
function toExpected({ turn, error }: Outcome): JsonObject {
  const blocks = turn.blocks.slice(1)
  const [record] = providerCalls(turn)
  const isRefusal = (block: Block) => block.kind === 'assistant' && block.refusal === true
  const refusals = blocks.filter(isRefusal)
  return {
    text: textOf(blocks.filter((block) => block.kind === 'assistant' && !isRefusal(block))),
    reasoning: textOf(blocks.filter((block) => block.kind === 'reasoning')),
    opaqueReasoning: blocks.filter(isOpaque).length,
    refusal: refusals.length === 0 ? null : textOf(refusals),
    toolCalls: blocks.flatMap((block) =>
      block.kind === 'tool-call' && block.input.state === 'parsed' ? [toCall(block)] : [],
    ),
    serverToolCalls: blocks.flatMap((block) =>
      block.kind === 'provider' && block.type !== 'mcp_list_tools' ? [toServerCall(block)] : [],
    ),
    citations: blocks.flatMap((block) => (block.kind === 'assistant' ? (block.citations ?? []) : [])).length,
    stop: record?.providerStop ?? (error?.providerCode === undefined ? null : 'failed'),
    complete: error === undefined || error.providerCode !== undefined,
    model: record?.model ?? null,
    responseId: record?.responseId ?? null,
    error: error?.providerCode ?? null,
  }
}

function textOf(blocks: readonly Block[]): string {
  return blocks.map((block) => ('text' in block ? block.text : '')).join('')
}

function itemOf({ native }: Block): JsonObject | undefined {
  return objectIn(native?.payload, 'item')
}

function isOpaque(block: Block): boolean {
  return block.kind === 'reasoning' && textIn(itemOf(block), 'encrypted_content') !== undefined
}

function toCall(block: Extract<Block, { readonly kind: 'tool-call' }>): JsonObject {
  const { input } = block
  const args = input.state === 'parsed' ? input.value : { $unparsed: input.raw }
  return { id: textIn(itemOf(block), 'call_id') ?? null, name: block.name, args }
}

function toServerCall(block: Extract<Block, { readonly kind: 'provider' }>): JsonObject {
  const args: JsonValue = typeof block.input === 'string' ? { $unparsed: block.input } : (block.input ?? null)
  return { id: textIn(itemOf(block), 'id') ?? null, name: block.name ?? block.type, args }
}

/** What a recording states. */
function stated(recording: Recording): JsonObject {
  const { stream: _, usage: __, stopReason = null, stopDetail = null, error, ...rest } = recording.expected
  const stop = stopDetail === null ? stopReason : `${stopReason}: ${stopDetail}`
  return { ...rest, stop, error: isJsonObject(error) ? (error.code ?? null) : null, ...corrections[recording.name] }
}

const shellAction = {
  commands: ["echo 'Hello from container!' && uname -a"],
  max_output_length: null,
  timeout_ms: null,
}

/** The reducer of the recordings takes each shell call for the client's. This one was run in a container of the provider's, and its output is there. */
const corrections: Readonly<Record<string, JsonObject>> = {
  'phase-text-and-tool': {
    toolCalls: [],
    serverToolCalls: [{ name: 'shell_call', args: shellAction }, { name: 'shell_call_output' }],
  },
}

const recordings = readRecordings()
const answered = recordings.filter(({ status }) => status === 200)

describe.each([
  { how: 'whole', cut: whole },
  { how: 'byte by byte', cut: byteByByte },
  { how: 'in random pieces', cut: randomly },
])('decoding a response that comes $how', ({ cut }) => {
  it.each(answered)('makes of $name what it says', async (recording) => {
    const outcome = await play(recording, cut(new TextEncoder().encode(recording.body)))
    expect(toExpected(outcome)).toMatchObject(stated(recording))
    const usage = objectIn(recording.expected, 'usage')
    const [record] = providerCalls(outcome.turn)
    if (usage === undefined) expect(record?.usage).toBeUndefined()
    else expect(inTheirWords(record?.usage)).toEqual(usage)
  })
})

/** Disjoint counters added up as the provider does. */
function inTheirWords(usage: Parameters<typeof usageTotals>[0] | undefined): JsonObject {
  if (usage === undefined) return {}
  const { input, output, total } = usageTotals(usage)
  return {
    input,
    output,
    total,
    cached: usage.input.cacheRead ?? null,
    cacheWrite: usage.input.cacheWrite ?? null,
    reasoning: usage.output.reasoning ?? null,
  }
}

it('there are recordings of all that matters', () => {
  expect(answered.length).toBeGreaterThan(35)
  expect(answered.some((recording) => listIn(recording.expected, 'serverToolCalls').length > 0)).toBe(true)
})

it('an error status is classed', async () => {
  const refused = recordings.filter(({ status }) => status !== 200)
  expect(refused).not.toEqual([])
  for (const recording of refused) {
    const { error } = await play(recording)
    expect(error).toMatchObject({ code: 'invalid_request', providerCode: 'unsupported_value', status: 400 })
  }
})
