import { createManualClock } from '@geppetto/context/manual-clock'
import { startProviderCall } from '@geppetto/engine'
import { correlationFrom, hubFrom } from '@geppetto/events'
import type { ContentPart, JsonObject, Turn } from '@geppetto/turns'
import { expect, it } from 'vitest'
import { collect } from '../collect.test-helper.ts'
import type { InferenceRunner } from '../contract/builder.ts'
import type { StoredEvent } from '../contract/store.ts'
import { createMemoryStore } from '../memory-store.ts'
import { readStoredEvents } from '../records/stored-events.ts'
import { Session } from '../session.ts'
import { toBase64 } from '../store/base64.ts'
import { exportSession } from './export-session.ts'

const data = toBase64(new Uint8Array(3_000).fill(9))
const content: readonly ContentPart[] = [{ type: 'image', source: { type: 'base64', data } }]
const info = { api: 'test', host: 'embedded', model: 'm' }

it('the media of a tool’s results are stored once, and whoever reads the events gets them', async () => {
  const clock = createManualClock()
  const store = createMemoryStore({ clock })
  const said = Promise.withResolvers<void>()
  const runInference: InferenceRunner['runInference'] = async (ctx, turn) => {
    const call = startProviderCall(ctx, turn, info)
    for (let count = 0; count < 2; count++) {
      const writer = call.toolCall('draw')
      writer.append('{}')
      writer.finish()
    }
    call.stop('tool_calls')
    const called: Turn = call.finish()
    for (const block of called.blocks)
      if (block.kind === 'tool-call') {
        const correlation = { segmentId: `of_${block.id}`, toolCallId: block.callId }
        const facts = { name: 'draw', outcome: 'ok', content, durationMs: 0 } as const
        hubFrom(ctx)?.publish({ type: 'tool-execution-finished', correlation, ...facts }, correlationFrom(ctx))
        await session.save()
      }
    said.resolve()
    return new Promise(() => {})
  }
  const builder = { build: () => ({ runInference }) }
  const session = new Session({ builder, store, id: 's', clock: createManualClock() })
  session.submit('Draw', { requestId: 'r1' })
  await said.promise
  const stored = JSON.stringify(await collect(store.readEvents('s')))
  expect(stored).toContain('tool-execution-finished')
  expect(stored).not.toContain(data)
  const lines = (await collect(exportSession(store, 's'))).join('\n')
  expect(lines.split('"blob":')).toHaveLength(2)
  await clock.advance(20_000)
  const opened = await Session.open(store, 's', { builder, clock })
  // Recovery has read them.
  expect(opened.latest?.blocks.filter((block) => block.kind === 'tool-result').map((block) => block.content)).toEqual([
    content,
    content,
  ])
  const events = await collect(opened.submit('Draw', { requestId: 'r1' }).events())
  expect(events.flatMap((event) => (event.type === 'tool-execution-finished' ? [event.content] : []))).toEqual([
    content,
    content,
  ])
})

it('an event whose media are gone is a gap to whoever follows, and what comes behind it is told', async () => {
  const store = createMemoryStore()
  const lease = await store.acquire('s', { ttlMs: 1_000, holder: 'me', runId: 'r' })
  const missing = [{ type: 'image', source: { type: 'blob', hash: 'sha256-0' } }]
  const event = (seq: number, fields: JsonObject): StoredEvent => ({
    epoch: 1,
    seq,
    event: { type: 'log', v: 1, seq, epoch: 1, time: seq * 10, correlation: {}, level: 'info', message: '', ...fields },
  })
  const events = [event(1, {}), event(2, { content: missing }), event(3, {})]
  await store.commit(lease, 0, {
    records: [{ v: 1, type: 'session', metadata: {} }],
    events: { events },
    release: true,
  })
  const read = (await collect(readStoredEvents(store, 's'))).map(({ event: { type, seq, fromSeq, toSeq, count } }) => [
    ...[type, seq],
    ...(type === 'gap' ? [fromSeq, toSeq, count] : []),
  ])
  expect(read).toEqual([
    ['log', 1],
    ['gap', 2, 2, 2, 1],
    ['log', 3],
  ])
})
