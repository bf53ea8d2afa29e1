import { sleep } from '@geppetto/context'
import { createManualClock } from '@geppetto/context/manual-clock'
import { createAdapterEngine, createFetchTransport, type Transport } from '@geppetto/engine'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { type Event, publish } from '@geppetto/events'
import { createMemoryStore, type RunResult, Session } from '@geppetto/session'
import { defineTool, type Tool } from '@geppetto/tools'
import { assistantText, type Turn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { parseCassette } from './cassette.ts'
import { createFaultTransport } from './fault-transport.ts'
import { createGrammarSink } from './grammar-sink.ts'
import { startReplayServer } from './node.ts'
import { recordSession } from './record-session.ts'
import { isReplayError } from './replay-error.ts'
import { replaySession } from './replay-session.ts'
import type { SessionProgram, SessionWorld } from './session-world.ts'
import { chunkBytes, chunksOf, type WireChunk, type WireExchange } from './wire-exchange.ts'
import type { WireFault } from './wire-fault.ts'
import { toStream, wordAdapter } from './word-adapter.test-helper.ts'

const prompt = 'What is the weather?'
const key = 'sk-very-secret-1'

/** The bytes of a stream in pieces that split characters and frames, some milliseconds apart. */
function inPieces(text: string, size = 17, everyMs = 3): readonly WireChunk[] {
  const bytes = Buffer.from(text)
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => ({
    atMs: index * everyMs,
    base64: bytes.subarray(index * size, (index + 1) * size).toString('base64'),
  }))
}

function stream(words: Parameters<typeof toStream>[0]): WireExchange {
  return { response: { contentType: 'text/event-stream', body: inPieces(toStream(words)) } }
}

const twoSteps: readonly WireExchange[] = [
  stream([{ say: 'Let me ' }, { say: 'look 🦜.' }, { call: 'weather', input: { city: 'Paris' } }, { stop: 'tools' }]),
  stream([{ say: 'It rains.' }, { stop: 'end' }]),
]

interface Told {
  readonly events: readonly Event[]
  readonly results: readonly RunResult[]
  readonly turn: Turn
}

interface Parts {
  readonly prompt?: string
  readonly tool?: Tool
  readonly transport?: Transport
  /** Called with each event, to cancel. */
  readonly onEvent?: (event: Event, session: Session) => void
}

const weather = (execute: (city: string) => unknown = (city) => ({ city, rain: true })): Tool =>
  defineTool({
    name: 'weather',
    description: 'The weather',
    input: z.object({ city: z.string() }),
    async execute({ city }, ctx) {
      publish(ctx, { type: 'tool-execution-progress', message: 'asking' })
      await sleep(ctx, 5)
      return execute(city)
    },
  })

function chat(url: string, parts: Parts = {}): SessionProgram<Told> {
  return async (world: SessionWorld) => {
    const plain = parts.transport ?? createFetchTransport({ baseUrl: url, headers: () => ({ authorization: key }) })
    const base = createAdapterEngine(wordAdapter, world.transport(plain), { defaults: { model: 'm-1' } })
    const sink = createGrammarSink()
    const listener = { publish: (event: Event) => parts.onEvent?.(event, session) }
    const builder = createEngineBuilder({
      base,
      tools: [world.tool(parts.tool ?? weather())],
      eventSinks: [sink, listener],
    })
    const session = new Session({ builder, clock: world.clock, ids: world.ids })
    const results = [await session.submit(parts.prompt ?? prompt).wait()]
    sink.assertComplete()
    const { turn } = results[0] ?? {}
    if (turn === undefined) throw new Error('no turn')
    return { events: sink.events, results, turn }
  }
}

/** A server that is never asked: a replay needs none. */
const nowhere = 'http://127.0.0.1:9'

async function recordChat(script: readonly WireExchange[], parts: Parts = {}) {
  await using server = await startReplayServer(script)
  const recording = await recordSession(chat(server.url, parts))
  // Hosts differ by their port; a program names the one that it was recorded with.
  return { ...recording, url: server.url, cassette: parseCassette(JSON.parse(JSON.stringify(recording.cassette))) }
}

const log = ({ events }: Told) => events.map((event) => JSON.stringify(event)).join('\n')

/** An event without what depends on the speed of the machine. */
function timeless(event: Event): unknown {
  const times = ['time', 'durationMs', 'startedAt', 'finishedAt']
  return JSON.parse(JSON.stringify(event, (name, value) => (times.includes(name) ? 0 : value)))
}

describe('a recorded session', () => {
  it('is replayed with the same events twice, byte by byte, without network and tools', async () => {
    let executions = 0
    const tool = weather((city) => {
      executions++
      return { city, rain: true }
    })
    const { value, cassette, url } = await recordChat(twoSteps, { tool })
    const first = await replaySession(cassette, chat(url, { tool }))
    const second = await replaySession(cassette, chat(url, { tool }))
    expect(log(second)).toBe(log(first))
    expect(first.events.map(timeless)).toEqual(value.events.map(timeless))
    expect(assistantText(first.turn)).toBe('It rains.')
    expect(first.events.some(({ type }) => type === 'tool-execution-progress')).toBe(true)
    expect(executions).toBe(1)
  })

  it('keeps the boundaries and times of the pieces', async () => {
    const clock = createManualClock()
    const pieces = ['data: {"say":"Ä', ' 🦜"}\n\n', 'data: {"stop":"end"}\n\n'].map((text) => Buffer.from(text))
    const split = [pieces[0]?.subarray(0, 15), pieces[0]?.subarray(15), pieces[1], pieces[2]]
    const transport: Transport = {
      host: 'slow',
      async send() {
        const rest = [...split]
        const body = new ReadableStream<Uint8Array>(
          {
            async pull(controller) {
              await new Promise<void>((resolve) => clock.schedule(resolve, 40))
              const piece = rest.shift()
              if (piece === undefined) controller.close()
              else controller.enqueue(piece)
            },
          },
          { highWaterMark: 0 },
        )
        return { status: 200, headers: new Headers({ 'content-type': 'text/event-stream' }), body }
      },
    }
    const recording = recordSession(chat(nowhere, { transport }), { clock })
    for (let step = 0; step < 8; step++) await clock.advance(40)
    const { value, cassette } = await recording
    expect(cassette.exchanges[0]?.response?.body).toEqual([
      { atMs: 40, base64: split[0]?.toString('base64') },
      { atMs: 80, base64: split[1]?.toString('base64') },
      { atMs: 120, text: ' 🦜"}\n\n' },
      { atMs: 160, text: 'data: {"stop":"end"}\n\n' },
    ])
    // On a clock that stands still the times are the same too.
    expect(log(await replaySession(cassette, chat(nowhere, { transport })))).toBe(log(value))
  })

  it('holds no request header, and what scrub leaves', async () => {
    const scrub = (text: string) => text.replaceAll(key, '[key]')
    const script = [
      stream([
        { say: `You said ${key}, ` },
        { say: 'did you?' },
        { call: 'weather', input: { city: key } },
        { stop: 'tools' },
      ]),
      stream([{ say: `Not ${key}.` }, { stop: 'end' }]),
    ]
    const parts: Parts = { prompt: `My key is ${key}`, tool: weather((city) => `no ${city} here`) }
    await using server = await startReplayServer(script)
    const program = chat(server.url, parts)
    const { cassette, value } = await recordSession(program, { scrub })
    expect(server.requests[0]?.headers.authorization).toBe(key)
    expect(JSON.stringify(cassette)).not.toContain(key)
    const bytes = cassette.exchanges.flatMap(({ response = {} }) => chunksOf(response).map(chunkBytes))
    expect(Buffer.concat(bytes).toString()).not.toContain(key)
    const replayed = await replaySession(cassette, program, { scrub })
    expect(assistantText(replayed.turn)).toBe(assistantText(value.turn).replaceAll(key, '[key]'))
    expect(await replaySession(cassette, program).catch(isReplayError)).toBe(true)
  })

  it('replays a cancel in the middle of the answer', async () => {
    const onEvent: Parts['onEvent'] = (event, session) => {
      if (event.type === 'text-delta') session.cancelActive()
    }
    const script: readonly WireExchange[] = [
      {
        response: {
          contentType: 'text/event-stream',
          body: [{ text: toStream([{ say: 'Well, ' }]) }, { atMs: 60_000, text: toStream([{ stop: 'end' }]) }],
        },
      },
    ]
    const { value, cassette, url } = await recordChat(script, { onEvent })
    expect(value.results[0]?.status).toBe('cancelled')
    expect(cassette.exchanges[0]?.response?.end?.kind).toBe('left')
    const replayed = await replaySession(cassette, chat(url, { onEvent }))
    expect(replayed.events.map(timeless)).toEqual(value.events.map(timeless))
    // Who does not cancel now waits for what was never recorded.
    await expect(replaySession(cassette, chat(url))).rejects.toThrow('was given up when it was recorded')
  })

  it('replays a cancel while a tool runs that stops at its signal', async () => {
    const tool = defineTool({
      name: 'weather',
      description: 'The weather',
      input: z.object({ city: z.string() }),
      execute: (_input, ctx) => sleep(ctx, 60_000),
    })
    const onEvent: Parts['onEvent'] = (event, session) => {
      if (event.type === 'tool-execution-started') queueMicrotask(() => session.cancelActive())
    }
    const { value, cassette, url } = await recordChat(twoSteps.slice(0, 1), { tool, onEvent })
    expect(cassette.toolCalls[0]?.end).toMatchObject({ isStopped: true })
    const replayed = await replaySession(cassette, chat(url, { tool, onEvent }))
    expect(replayed.events.map(timeless)).toEqual(value.events.map(timeless))
    await expect(replaySession(cassette, chat(url, { tool }))).rejects.toThrow('was given up when it was recorded')
  })

  it('replays what a tool still returned when it was told to stop', async () => {
    const tool = defineTool({
      name: 'weather',
      description: 'The weather',
      input: z.object({ city: z.string() }),
      execute: (_input, ctx) => sleep(ctx, 60_000).catch(() => 'half of it'),
    })
    const onEvent: Parts['onEvent'] = (event, session) => {
      if (event.type === 'tool-execution-started') queueMicrotask(() => session.cancelActive())
    }
    const { value, cassette, url } = await recordChat(twoSteps.slice(0, 1), { tool, onEvent })
    expect(cassette.toolCalls[0]?.end).toMatchObject({ output: 'half of it', isStopped: true })
    const replayed = await replaySession(cassette, chat(url, { tool, onEvent }))
    expect(replayed.events.map(timeless)).toEqual(value.events.map(timeless))
  })

  it('replays tools that run side by side and end in another order, and one that is abandoned', async () => {
    const script = [
      stream([
        { call: 'weather', input: { city: 'Paris' } },
        { call: 'weather', input: { city: 'Rome' } },
        { call: 'weather', input: { city: 'Paris' } },
        { stop: 'tools' },
      ]),
      stream([{ say: 'Done.' }, { stop: 'end' }]),
    ]
    const waits = [30, 1, 15]
    const tool = defineTool({
      name: 'weather',
      description: 'The weather',
      input: z.object({ city: z.string() }),
      async execute({ city }) {
        await new Promise((resolve) => setTimeout(resolve, waits.shift() ?? 0))
        return `${city}: ${waits.length}`
      },
    })
    const { value, cassette, url } = await recordChat(script, { tool })
    const first = await replaySession(cassette, chat(url, { tool }))
    expect(log(await replaySession(cassette, chat(url, { tool })))).toBe(log(first))
    expect(first.events.map(timeless)).toEqual(value.events.map(timeless))

    const deaf = defineTool({ ...tool, execute: () => new Promise<string>(() => {}) })
    const onEvent: Parts['onEvent'] = (event, session) => {
      if (event.type === 'tool-execution-started') queueMicrotask(() => session.cancelActive())
    }
    const parts: Parts = { tool: deaf, onEvent }
    const abandoned = await recordChat(script.slice(0, 1), parts)
    expect(abandoned.cassette.toolCalls[0]?.end).toBeUndefined()
    const again = await replaySession(abandoned.cassette, chat(abandoned.url, parts))
    expect(again.events.map(timeless)).toEqual(abandoned.value.events.map(timeless))
  })

  it('replays a cancel before there is an answer', async () => {
    const parts: Parts = {
      onEvent: (event, session) => {
        if (event.type === 'provider-call-started') setTimeout(() => session.cancelActive(), 20)
      },
    }
    const { cassette, url } = await recordChat([{ response: {}, faults: [{ kind: 'silence' }] }], parts)
    expect(cassette.exchanges[0]?.failure).toMatchObject({ isStopped: true })
    expect(cassette.exchanges[0]?.response).toBeUndefined()
    const onTime: Parts = {
      onEvent: (event, session) => {
        if (event.type === 'provider-call-started') session.cancelActive()
      },
    }
    // Cancelled before anything was sent, which is not what was recorded.
    await expect(replaySession(cassette, chat(url, onTime))).rejects.toMatchObject({ code: 'unused' })
    await expect(replaySession(cassette, chat(url))).rejects.toThrow('was given up when it was recorded')
  })

  it('replays faults of the wire as they hit the program', async () => {
    const whole = toStream([{ say: 'Well, ' }, { say: 'so.' }, { stop: 'end' }])
    const plans: readonly (readonly WireFault[])[] = [
      [{ kind: 'cut', at: 30 }],
      [{ kind: 'reset', at: 30 }],
      [{ kind: 'reset' }],
      [{ kind: 'garbage', seed: 1 }],
      [{ kind: 'html' }],
      [{ kind: 'drip' }],
      [{ kind: 'split', seed: 4 }],
    ]
    await using server = await startReplayServer(() => ({
      response: { contentType: 'text/event-stream', body: whole },
    }))
    for (const plan of plans) {
      const transport = createFaultTransport(createFetchTransport({ baseUrl: server.url }), () => plan)
      const program = chat(server.url, { transport })
      const { value, cassette } = await recordSession(program)
      const first = await replaySession(cassette, program)
      expect(first.events.map(timeless), JSON.stringify(plan)).toEqual(value.events.map(timeless))
      expect(log(await replaySession(cassette, program))).toBe(log(first))
    }
  })

  it('replays a conversation of several turns with one cassette', async () => {
    const script = ['One.', 'Two.', 'Three.'].map((say) => stream([{ say }, { stop: 'end' }]))
    await using server = await startReplayServer(script)
    const program: SessionProgram<string> = async (world) => {
      const base = createAdapterEngine(wordAdapter, world.transport(createFetchTransport({ baseUrl: server.url })), {
        defaults: { model: 'm-1' },
      })
      const sink = createGrammarSink()
      const store = createMemoryStore()
      const builder = createEngineBuilder({ base, eventSinks: [sink] })
      const session = new Session({ builder, store, clock: world.clock, ids: world.ids })
      for (const question of ['a', 'b', 'c']) await session.run(question)
      return JSON.stringify([sink.events, session.latest])
    }
    const { cassette } = await recordSession(program)
    const first = await replaySession(cassette, program)
    expect(await replaySession(cassette, program)).toBe(first)
    expect(first).toContain('Three.')
  })

  it('replays failures: a refusal, a broken connection, a tool that throws', async () => {
    const refused: WireExchange = { response: { status: 503, contentType: 'text/plain', body: 'busy' } }
    const broken: WireExchange = {
      response: { contentType: 'text/event-stream', body: toStream([{ say: 'Well' }]), end: { kind: 'broken' } },
    }
    const tool = weather(() => {
      throw new Error('no sky')
    })
    for (const script of [[refused], [broken], [{}], twoSteps]) {
      const { value, cassette, url } = await recordChat(script, { tool })
      const replayed = await replaySession(cassette, chat(url, { tool }))
      expect(replayed.events.map(timeless)).toEqual(value.events.map(timeless))
    }
  })

  it('can be served over HTTP as it is', async () => {
    const { cassette, value } = await recordChat(twoSteps)
    await using server = await startReplayServer(cassette.exchanges)
    const again = await chat(server.url)({
      clock: createManualClock(),
      ids: { next: createIds(cassette.ids) },
      transport: (transport) => transport,
      tool: (tool) => ({ ...tool, execute: () => ({ city: 'Paris', rain: true }) }),
    })
    server.assertDone()
    expect(assistantText(again.turn)).toBe(assistantText(value.turn))
  })
})

function createIds(recorded: Readonly<Record<string, readonly string[]>>): (prefix: string) => string {
  const counts: Record<string, number> = {}
  return (prefix) => {
    counts[prefix] = (counts[prefix] ?? -1) + 1
    return recorded[prefix]?.[counts[prefix]] ?? prefix
  }
}

describe('a program that differs from its recording', () => {
  it('is told where its request differs', async () => {
    const { cassette, url } = await recordChat(twoSteps)
    const replay = replaySession(cassette, chat(url, { prompt: 'What is the hour?' }))
    await expect(replay).rejects.toThrow(
      'request 1 is not the one that was recorded:\n  body.messages[0].user: expected "What is the weather?", got "What is the hour?"',
    )
    await expect(replay).rejects.toMatchObject({ code: 'mismatch' })
  })

  it('is told when it asks another host, or once more than was recorded', async () => {
    const { cassette } = await recordChat(twoSteps)
    await expect(replaySession(cassette, chat(nowhere))).rejects.toThrow('got 127.0.0.1:9')
    const [first] = cassette.exchanges
    const url = `http://${first?.host}`
    const shorter = { ...cassette, exchanges: cassette.exchanges.slice(0, 1) }
    await expect(replaySession(shorter, chat(url))).rejects.toThrow('request 2 was not recorded: the cassette has 1')
  })

  it('is told what it left out', async () => {
    const { cassette, url } = await recordChat(twoSteps)
    await expect(replaySession(cassette, async () => 1)).rejects.toThrow(
      `the program left out what was recorded:\n- request 1: POST ${url.slice(7)}/v1/words\n- request 2: POST ${url.slice(7)}/v1/words\n- tool call 1: weather`,
    )
  })

  it('is told how the input of a tool differs', async () => {
    const { cassette, url } = await recordChat(twoSteps)
    const [call] = cassette.toolCalls
    if (call === undefined) throw new Error('no call was recorded')
    const other = { ...cassette, toolCalls: [{ ...call, input: { city: 'Rome' } }] }
    await expect(replaySession(other, chat(url))).rejects.toThrow(
      'tool call 1 is not the one that was recorded:\n  input.city: expected "Rome", got "Paris"',
    )
  })

  it('rejects with its own error where nothing differs', async () => {
    const { cassette } = await recordSession(async () => 1)
    await expect(
      replaySession(cassette, async () => {
        throw new Error('mine')
      }),
    ).rejects.toThrow('mine')
  })
})

describe('a cassette', () => {
  it('gives recorded ids, and others when more are needed', async () => {
    const { cassette } = await recordSession(async ({ ids }) => [ids.next('run'), ids.next('run')])
    const [one, two] = cassette.ids.run ?? []
    const again = await replaySession(cassette, async ({ ids }) => [ids.next('run'), ids.next('run'), ids.next('run')])
    expect(again).toEqual([one, two, 'run_more3'])
  })

  it('lets a minute pass at once', async () => {
    const startedAt = performance.now()
    const { cassette } = await recordSession(async () => 1)
    const passed = await replaySession(cassette, async ({ clock }) => {
      const from = clock.now()
      await new Promise<void>((resolve) => clock.schedule(resolve, 60_000))
      return clock.now() - from
    })
    expect(passed).toBe(60_000)
    expect(performance.now() - startedAt).toBeLessThan(5_000)
  })

  it.each([
    [null, 'format'],
    [{ format: 'geppetto-cassette', version: 2 }, 'version 2'],
    [{ format: 'geppetto-cassette', version: 1 }, 'startedAt'],
    [{ format: 'geppetto-cassette', version: 1, startedAt: 0, ids: { run: 'x' } }, 'ids'],
    [{ format: 'geppetto-cassette', version: 1, startedAt: 0, ids: {}, exchanges: {} }, 'exchanges'],
    [
      { format: 'geppetto-cassette', version: 1, startedAt: 0, ids: {}, exchanges: [{}], toolCalls: [] },
      'exchanges[0]',
    ],
    [
      { format: 'geppetto-cassette', version: 1, startedAt: 0, ids: {}, exchanges: [], toolCalls: [{}] },
      'toolCalls[0]',
    ],
  ])('is refused when it is none: %j', (data, problem) => {
    expect(() => parseCassette(data)).toThrow(problem)
  })

  it('is refused where a tool returns what JSON cannot hold', async () => {
    const tool = weather(() => new Date(0))
    await using server = await startReplayServer(twoSteps)
    await expect(recordSession(chat(server.url, { tool }))).rejects.toMatchObject({ code: 'unrecordable' })
  })

  it('is refused where a body that is to be scrubbed is no text', async () => {
    await using server = await startReplayServer([{ response: { status: 500, body: [{ base64: '/w==' }] } }])
    const recording = recordSession(chat(server.url), { scrub: (text) => text })
    await expect(recording).rejects.toMatchObject({ code: 'unrecordable' })
  })
})
