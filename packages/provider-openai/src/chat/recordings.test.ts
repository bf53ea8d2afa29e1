import { background } from '@geppetto/context'
import { createAdapterEngine, type Engine, isEngineError, type Transport } from '@geppetto/engine'
import {
  appendBlocks,
  createTurn,
  isJsonObject,
  providerCalls,
  type Turn,
  usageTotals,
  userBlock,
} from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { field, type Recording, readRecordings } from '../recordings.test-helper.ts'
import { openaiChatAdapter } from './adapter.ts'
import { streamOf } from './chat.test-helper.ts'

const recordings = [...readRecordings('openai-chat').values()]
const streams = recordings.filter(({ response }) => response.contentType.startsWith('text/event-stream'))

describe.each(recordings)('the recording $name', (recording) => {
  it('is read as expected', async () => {
    expect(summaryOf(await answerTo(recording, [bytesOf(recording)]))).toEqual(expectedOf(recording))
  })
})

describe.each(streams)('the stream $name', (recording) => {
  it('is the same byte by byte, and in pieces of any length', async () => {
    const bytes = bytesOf(recording)
    const whole = summaryOf(await answerTo(recording, [bytes]))
    const single = Array.from(bytes, (_byte, index) => bytes.subarray(index, index + 1))
    expect(summaryOf(await answerTo(recording, single))).toEqual(whole)
    for (const seed of [1, 7, 23]) expect(summaryOf(await answerTo(recording, split(bytes, seed)))).toEqual(whole)
  })

  it('cut behind a line before its end is no whole answer, and has no tool call that could run', async () => {
    const { body } = recording.response
    const end = body.indexOf('"finish_reason":"')
    const cuts = Array.from(body.slice(0, end).matchAll(/\n/g), (match) => match.index + 1)
    // Some thirty of them, spread over the stream: a long one has thousands.
    for (const cut of cuts.filter((_cut, index) => index % Math.ceil(cuts.length / 30) === 0)) {
      const { turn, error } = await answerTo(recording, [new TextEncoder().encode(body.slice(0, cut))])
      expect(error, `cut at ${cut}`).toBeDefined()
      const runnable = turn.blocks.filter((block) => block.kind === 'tool-call' && block.input.state === 'parsed')
      expect(runnable, `cut at ${cut}`).toEqual([])
    }
  })
})

interface Outcome {
  readonly turn: Turn
  readonly error: unknown
}

async function answerTo(recording: Recording, pieces: readonly Uint8Array[]): Promise<Outcome> {
  const asked = appendBlocks(createTurn(), userBlock('go'))
  try {
    return { turn: await replay(recording, pieces).runInference(background(), asked), error: undefined }
  } catch (error) {
    if (!isEngineError(error)) throw error
    return { turn: error.partial ?? asked, error }
  }
}

function replay({ response }: Recording, pieces: readonly Uint8Array[]): Engine {
  const transport: Transport = {
    host: 'recorded.example',
    send: async () =>
      new Response(streamOf(pieces), {
        status: response.status,
        headers: { 'content-type': response.contentType },
      }),
  }
  return createAdapterEngine(openaiChatAdapter(), transport, { defaults: { model: 'm' } })
}

function summaryOf({ turn, error }: Outcome): unknown {
  const answer = turn.blocks.slice(1)
  const texts = answer.filter((block) => block.kind === 'assistant')
  const [call] = providerCalls(turn)
  const reasoning = answer.filter((block) => block.kind === 'reasoning')
  return {
    text: joined(texts.filter((block) => block.refusal !== true)),
    refusal: joined(texts.filter((block) => block.refusal === true)) || null,
    reasoning: joined(reasoning),
    opaque: reasoning.flatMap((block) => opaqueIn(block.native?.payload)).length,
    calls: answer
      .filter((block) => block.kind === 'tool-call')
      .map((block) => ({
        id: field(block.native?.payload, 'id'),
        name: block.name,
        args: block.input.state === 'parsed' ? block.input.value : { $unparsed: block.input.raw },
      })),
    citations: texts.flatMap((block) => block.citations ?? []).length,
    stop: call?.providerStop ?? null,
    usage: call?.usage === undefined ? null : usageTotals(call.usage),
    cached: call?.usage?.input.cacheRead ?? null,
    thought: call?.usage?.output.reasoning ?? null,
    error: error === undefined ? null : field(error, 'providerCode'),
    isWhole: error === undefined,
  }
}

/** What the independent reducer says of the recording, in the same words. */
function expectedOf({ name, expected }: Recording): unknown {
  const usage = field(expected, 'usage')
  const error = field(expected, 'error')
  const isCut = expected['complete'] === false && error === null
  return {
    text: expected['text'],
    refusal: expected['refusal'],
    reasoning: expected['reasoning'],
    opaque: expected['opaqueReasoning'],
    // A cut call was never closed, so nothing of the provider's is kept.
    calls: isCut ? listOf(expected['toolCalls']).map((call) => ({ ...call, id: undefined })) : expected['toolCalls'],
    citations: expected['citations'],
    stop: expected['stopReason'],
    usage: isJsonObject(usage) ? totalsOf(usage) : null,
    cached: field(usage, 'cached') ?? null,
    thought: field(usage, 'reasoning') ?? null,
    error: error === null ? (isCut ? undefined : null) : field(error, 'code'),
    isWhole: expected['complete'] === true && name !== '',
  }
}

/** The output is what the total leaves: xAI counts reasoning beside it. */
function totalsOf(usage: object): unknown {
  const [input, total] = [Number(field(usage, 'input')), Number(field(usage, 'total'))]
  return { input, output: total - input, total }
}

function opaqueIn(payload: unknown): readonly unknown[] {
  return listOf(field(payload, 'details')).filter((detail) => 'signature' in detail || 'data' in detail)
}

function listOf(value: unknown): readonly object[] {
  return Array.isArray(value) ? value : []
}

function joined(blocks: readonly { readonly text: string }[]): string {
  return blocks.map((block) => block.text).join('')
}

function bytesOf({ response }: Recording): Uint8Array {
  return new TextEncoder().encode(response.body)
}

/** Pieces of 1 to 97 bytes, the same for the same seed. */
function split(bytes: Uint8Array, seed: number): readonly Uint8Array[] {
  const pieces: Uint8Array[] = []
  let state = seed
  for (let start = 0; start < bytes.length; ) {
    state = (state * 1103515245 + 12345) % 2147483648
    const length = 1 + (state % 97)
    pieces.push(bytes.subarray(start, start + length))
    start += length
  }
  return pieces
}
