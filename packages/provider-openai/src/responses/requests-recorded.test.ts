import { background } from '@geppetto/context'
import { listIn, objectsIn, textIn } from '@geppetto/engine'
import {
  appendBlocks,
  createTurn,
  type JsonObject,
  type ToolCallBlock,
  type Turn,
  toolResultBlock,
  userBlock,
} from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import type { OpenAIResponsesAdapterOptions } from './options.ts'
import { answering } from './play.test-helper.ts'
import { inputOf, parseBody, readRecording } from './recording.test-helper.ts'

/** The turn with what the recorded request adds to the conversation: results of the open calls, or what the user says. */
function withNewInput(turn: Turn, request: JsonObject, before: number): Turn {
  const calls = turn.blocks.filter((block) => block.kind === 'tool-call')
  const added = inputOf(request).slice(before)
  const results = added.filter(({ type }) => type === 'function_call_output')
  const said = added.filter(({ role }) => role === 'user')
  return appendBlocks(
    turn,
    ...results.map((item) => toResult(item, calls)),
    ...said.map((item) => userBlock(saidBy(item))),
  )
}

function toResult(item: JsonObject, calls: readonly ToolCallBlock[]) {
  const call = calls.find(({ native }) => nativeCallId(native?.payload) === item.call_id)
  if (call === undefined) throw new Error(`there is no call ${textIn(item, 'call_id')}`)
  return toolResultBlock({ callId: call.callId, name: call.name, outcome: 'ok', content: textIn(item, 'output') ?? '' })
}

function nativeCallId(payload: unknown): string | undefined {
  return textIn(Object(payload).item, 'call_id')
}

function saidBy(item: JsonObject): string {
  return typeof item.content === 'string'
    ? item.content
    : objectsIn(item, 'content')
        .map(({ text }) => text)
        .join('')
}

/** What an item means: clients differ in ids, in status, in what they leave out, and in how they write a text. */
function meaningOf(item: JsonObject): JsonObject {
  switch (item.type) {
    case 'reasoning':
      return { type: 'reasoning', encrypted: item.encrypted_content ?? null, summary: item.summary ?? null }
    case 'function_call':
      return {
        type: 'call',
        call: item.call_id ?? null,
        name: item.name ?? null,
        args: parseBody(textIn(item, 'arguments') ?? ''),
      }
    case 'function_call_output':
      return { type: 'result', call: item.call_id ?? null, output: item.output ?? null }
    default:
      return { type: 'message', role: item.role ?? null, text: saidBy(item) }
  }
}

const conversations: readonly {
  readonly name: string
  readonly turns: number
  readonly options?: OpenAIResponsesAdapterOptions
}[] = [
  { name: 'encrypted-reasoning-tool-loop-json', turns: 3 },
  { name: 'encrypted-reasoning-tool-loop-stream', turns: 3 },
  { name: 'interleaved-reasoning-tools', turns: 3 },
  { name: 'parallel-tools-json', turns: 2 },
  { name: 'parallel-tools-stream', turns: 2 },
  { name: 'tool-loop-json', turns: 2 },
  { name: 'tool-loop-stream', turns: 2 },
  { name: 'previous-response-id', turns: 2, options: { previousResponse: true } },
]

describe('the next request equals, by meaning, the one that the API accepted', () => {
  it.each(conversations)('$name', async ({ name, turns, options = {} }) => {
    const recordings = Array.from({ length: turns }, (_, index) => readRecording(`${name}.${index + 1}`))
    const answers = recordings.map((answer) => ({ answer }))
    const engine = answering(answers, options, recordings[0]?.model)
    let turn = createTurn({})
    let before = 0
    for (const { request } of recordings) {
      if (request === undefined) throw new Error('the recording has no request')
      turn = withNewInput(turn, request, 'previous_response_id' in request ? 0 : before)
      const prepared = engine.prepare?.(background(), turn)
      const body = parseBody(prepared?.body ?? '')
      expect(objectsIn(body, 'input').map(meaningOf)).toEqual(inputOf(request).map(meaningOf))
      expect(body.previous_response_id).toEqual(request.previous_response_id)
      expect(prepared?.degradations).toEqual([])
      turn = await engine.runInference(background(), turn)
      before = inputOf(request).length
    }
  })
})

it('what goes back is what came, to the last field', async () => {
  const first = readRecording('parallel-tools-stream.1')
  const engine = answering([{ answer: first }])
  const asked = createTurn({ blocks: [userBlock('Hi')] })
  const answered = await engine.runInference(background(), asked)
  const turn = withNewInput(answered, readRecording('parallel-tools-stream.2').request ?? {}, 0)
  const frames = first.body.split('\n').filter((line) => line.startsWith('data:') && line.includes('output_item.done'))
  const sent = frames.map((line) => parseBody(line.slice('data:'.length)).item)
  const body = parseBody(engine.prepare?.(background(), turn).body ?? '')
  expect(listIn(body, 'input').slice(1, 1 + sent.length)).toEqual(sent)
})
