import { background } from '@geppetto/context'
import { type CountingEngine, createAdapterEngine, type Transport } from '@geppetto/engine'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { Session } from '@geppetto/session'
import { defineTool } from '@geppetto/tools'
import { jsonSchema } from '@geppetto/tools/json-schema'
import { assistantText, createTurn, toolDefinitionsKey, userBlock, withData } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { engineConformance } from '../src/conformance-engine.ts'
import { lineAdapter } from './contracts/adapter-1/line-adapter.js'

type Frame = readonly [name: string, value: unknown]

const usage: Frame = ['usage', { model: 'lines-1', id: 'answer-1', input: 7, output: 3 }]
const answer: readonly Frame[] = [
  ['think', 'Hm. '],
  ['think', 'Yes.'],
  ['looked', { query: 'seven', found: ['7'] }],
  ['say', 'It is '],
  ['say', 'seven.'],
  usage,
  ['end', 'end_turn'],
]
const calls: readonly Frame[] = [
  ['say', 'Let me add.'],
  ['call', { name: 'add', pieces: ['{"a":3,', '"b":4}'] }],
  usage,
  ['end', 'tool_calls'],
]
const failure: readonly Frame[] = [
  ['say', 'It is '],
  ['fail', 'busy'],
]

/** Each request gets the next of the answers, and the last again and again, one network chunk for each frame. */
function playing(answers: readonly (readonly Frame[])[], isOpen = false): Transport & { readonly bodies: string[] } {
  const bodies: string[] = []
  return {
    bodies,
    host: 'lines.example',
    async send({ body, stream }) {
      const frames = [...(answers[Math.min(bodies.length, answers.length - 1)] ?? [])]
      bodies.push(body)
      if (!stream) return responseOf('application/json', Response.json({ lines: 12 }).body)
      const chunks = new ReadableStream<Uint8Array>({
        pull(controller) {
          const frame = frames.shift()
          if (frame === undefined) return isOpen ? undefined : controller.close()
          controller.enqueue(new TextEncoder().encode(`event: ${frame[0]}\ndata: ${JSON.stringify(frame[1])}\n\n`))
        },
      })
      return responseOf('text/event-stream', chunks)
    },
  }
}

function responseOf(type: string, body: ReadableStream<Uint8Array> | null) {
  return { status: 200, headers: new Headers({ 'content-type': type }), body }
}

function engineOf(transport: Transport): CountingEngine {
  return createAdapterEngine(lineAdapter, transport, { defaults: { model: 'lines-1' } })
}

const inputSchema = { type: 'object', properties: { a: { type: 'number' }, b: { type: 'number' } } } as const
const turn = createTurn({ blocks: [userBlock('What is 3 and 4?')] })

describe('an adapter that was built against version 1 of the contract', () => {
  describe('is an engine', () => {
    const cases = engineConformance({
      createEngine: () => engineOf(playing([answer])),
      usage: { input: { uncached: 7 }, output: { text: 3 }, source: 'reported' },
      toolCalls: {
        createEngine: () => engineOf(playing([calls])),
        turn: withData(turn, toolDefinitionsKey, [{ name: 'add', description: 'Adds.', inputSchema }]),
      },
      failure: { createEngine: () => engineOf(playing([failure])) },
      stuck: { createEngine: () => engineOf(playing([answer.slice(0, 4)], true)) },
    })
    it.each(cases)('$name', ({ run }) => run())
  })

  it('serves a session with tools', async () => {
    const transport = playing([calls, answer])
    const add = defineTool({
      name: 'add',
      description: 'Adds.',
      input: jsonSchema<{ a: number; b: number }>(inputSchema),
      execute: ({ a, b }) => a + b,
    })
    const session = new Session({ builder: createEngineBuilder({ base: engineOf(transport), tools: [add] }) })
    expect(assistantText(await session.run('What is 3 and 4?'))).toBe('It is seven.')
    expect(JSON.parse(transport.bodies[1] ?? '').lines).toEqual([
      ['user', 'What is 3 and 4?'],
      ['assistant', 'Let me add.'],
      ['tool-call', expect.any(String), 'add', { a: 3, b: 4 }],
      ['tool-result', expect.any(String), '7'],
    ])
  })

  it('counts tokens', async () => {
    expect(await engineOf(playing([answer])).countTokens(background(), turn)).toBe(12)
  })

  it('says what went wrong in its own codes', async () => {
    await expect(engineOf(playing([failure])).runInference(background(), turn)).rejects.toMatchObject({
      code: 'overloaded',
      partial: expect.anything(),
    })
  })
})
