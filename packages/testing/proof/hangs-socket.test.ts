import { createAdapterEngine, createFetchTransport } from '@geppetto/engine'
import { describe, expect, it } from 'vitest'
import { type ReplayServer, startReplayServer } from '../src/replay-server.ts'
import type { WireFault } from '../src/wire-fault.ts'
import { toStream, wordAdapter } from '../src/word-adapter.test-helper.ts'
import { createLab, expectOneEndEach, expectQuiet, type Lab, textsIn } from './run-lab.test-helper.ts'

const contentType = 'text/event-stream'
const body = toStream([{ say: 'so far' }, { say: ', and on' }, { stop: 'end' }])
const firstFrame = toStream([{ say: 'so far' }]).length

/** Where a real socket goes silent for ever, what was said by then, and which time limit of the provider call ends that. */
const silences: readonly {
  what: string
  fault: WireFault
  texts: readonly string[]
  limitMs: number
  limit: string
}[] = [
  {
    what: 'that takes the request and never answers',
    fault: { kind: 'silence' },
    texts: [],
    limitMs: 120_000,
    limit: 'firstEventMs',
  },
  {
    what: 'that sends headers and nothing else',
    fault: { kind: 'delay', ms: Number.POSITIVE_INFINITY, at: 0 },
    texts: [],
    limitMs: 120_000,
    limit: 'firstEventMs',
  },
  {
    what: 'that stops between two frames',
    fault: { kind: 'delay', ms: Number.POSITIVE_INFINITY, at: firstFrame },
    texts: ['so far'],
    limitMs: 90_000,
    limit: 'idleMs',
  },
  {
    what: 'that stops in the middle of a frame',
    fault: { kind: 'delay', ms: Number.POSITIVE_INFINITY, at: firstFrame + 9 },
    texts: ['so far'],
    limitMs: 90_000,
    limit: 'idleMs',
  },
]

/** Waits for what comes over a real socket; only a failure takes the whole time. */
async function eventually(isTrue: () => boolean): Promise<void> {
  for (let turns = 0; !isTrue(); turns++) {
    if (turns > 5_000) throw new Error('waited in vain')
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

/** A run that waits on a socket that has gone silent. The next request is answered. */
async function startSilence({ fault, texts }: (typeof silences)[number]) {
  const server = await startReplayServer((_, call) => ({
    response: { contentType, body },
    faults: call === 1 ? [fault] : [],
  }))
  let answers = 0
  const transport = createFetchTransport({
    baseUrl: server.url,
    async fetch(...args) {
      const response = await fetch(...args)
      answers++
      return response
    },
  })
  const base = createAdapterEngine(wordAdapter, transport, { defaults: { model: 'm' } })
  const lab = createLab({ parts: { base, retry: false }, store: () => ({}) })
  const handle = lab.submit()
  const expectsHeaders = fault.kind === 'silence' ? 0 : 1
  await eventually(() => server.requests.length === 1 && answers === expectsHeaders)
  await eventually(() => lab.sink.events.filter(({ type }) => type === 'text-delta').length === texts.length)
  return { server, lab, handle }
}

async function expectNothingOpen(server: ReplayServer, lab: Lab): Promise<void> {
  expect(await server.requests[0]?.ended).toBe('client-left')
  await eventually(() => server.openRequests === 0)
  expect([server.problems, lab.clock.scheduled]).toEqual([[], 0])
}

describe('P4: a provider', () => {
  it.each(silences)('$what is left when the time for it is over ($limit)', async (silence) => {
    const { server, lab, handle } = await startSilence(silence)
    await using _ = server
    await lab.clock.advance(silence.limitMs - 1)
    expect(handle.isRunning).toBe(true)
    await lab.clock.advance(1)
    const result = await handle.wait()
    expect([result.status, result.stop, textsIn(result.turn)]).toEqual(['failed', 'deadline', silence.texts])
    const error = expect.objectContaining({ code: 'timeout', message: expect.stringContaining(silence.limit) })
    expect(result).toMatchObject({ error, warnings: [] })
    await expectNothingOpen(server, lab)
    await expectAnother(server, lab)
  })

  it.each(silences)('$what is left at once when the run is cancelled', async (silence) => {
    const { server, lab, handle } = await startSilence(silence)
    await using _ = server
    const since = lab.clock.now()
    const result = await handle.cancel()
    expect([result.status, result.stop, textsIn(result.turn)]).toEqual(['cancelled', 'user', silence.texts])
    expect([lab.clock.now() - since, result.warnings]).toEqual([0, []])
    await expectNothingOpen(server, lab)
    await expectAnother(server, lab)
  })
})

/** The session is free, and its next run asks the same server again. */
async function expectAnother(server: ReplayServer, lab: Lab): Promise<void> {
  const next = await lab.submit('Again').wait()
  expect([next.status, textsIn(next.turn).at(-1)]).toEqual(['completed', 'so far, and on'])
  expect(await server.requests[1]?.ended).toBe('answered')
  expect(lab.session.isRunning).toBe(false)
  expectQuiet(lab)
  expectOneEndEach(lab.sink.events)
}
