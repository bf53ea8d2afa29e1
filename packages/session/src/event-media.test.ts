import { createManualClock } from '@geppetto/context/manual-clock'
import { startProviderCall } from '@geppetto/engine'
import { correlationFrom, hubFrom } from '@geppetto/events'
import type { ContentPart, Turn } from '@geppetto/turns'
import { expect, it } from 'vitest'
import { toBase64 } from './base64.ts'
import type { InferenceRunner } from './builder.ts'
import { collect } from './collect.test-helper.ts'
import { exportSession } from './export-session.ts'
import { createMemoryStore } from './memory-store.ts'
import { Session } from './session.ts'

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
