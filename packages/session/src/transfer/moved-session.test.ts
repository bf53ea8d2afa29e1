import { createManualClock, settlePromises } from '@geppetto/context/manual-clock'
import { startProviderCall } from '@geppetto/engine'
import type { Event } from '@geppetto/events'
import type { Turn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { collect } from '../collect.test-helper.ts'
import type { InferenceRunner } from '../contract/builder.ts'
import { createMemoryStore } from '../memory-store.ts'
import { Session } from '../session.ts'
import { toBase64 } from '../store/base64.ts'
import { exportSession } from './export-session.ts'
import { importSession } from './import-session.ts'

const info = { api: 'test', host: 'embedded', model: 'm' }

function setUp() {
  const clock = createManualClock()
  const store = createMemoryStore({ clock })
  let gate = Promise.withResolvers<void>()
  gate.resolve()
  const runInference: InferenceRunner['runInference'] = async (ctx, turn: Turn) => {
    await gate.promise
    const call = startProviderCall(ctx, turn, info)
    const text = call.text()
    text.append('Yes.')
    text.finish()
    call.stop('end_turn')
    return call.finish()
  }
  const options = { builder: { build: () => ({ runInference }) }, clock }
  return {
    store,
    options,
    session: new Session({ ...options, store, id: 's' }),
    hold: () => {
      gate = Promise.withResolvers<void>()
    },
    go: () => gate.resolve(),
    /** The exported session, in a store of its own. */
    async moved(importOptions?: Parameters<typeof importSession>[2]) {
      const other = createMemoryStore({ clock })
      const id = await importSession(other, exportSession(store, 's'), importOptions)
      return { other, open: () => Session.open(other, id, options) }
    },
  }
}

describe('a session that was moved to another store', () => {
  it('gives a reader who stands in the middle of it all that comes behind that, and nothing twice', async () => {
    const { store, session, moved } = setUp()
    for (const title of ['one', 'two', 'three']) {
      await session.run(title)
      // An owner that says nothing has a number too.
      session.updateMetadata({ title })
      await session.save()
    }
    const before = await collect(store.readEvents('s'))
    const { other, open } = await moved()
    const opened = await open()
    for (const prompt of ['four', 'five', 'six']) await opened.run(prompt)
    const all = await collect(other.readEvents('s'))
    expect(all.slice(0, before.length)).toEqual(before)
    for (const [index, { epoch, seq }] of before.entries()) {
      const events: Event[] = []
      for await (const event of opened.attach({ from: { epoch, seq } })) {
        events.push(event)
        if (event.seq === all.at(-1)?.seq) break
      }
      expect(events.map((event) => event.seq)).toEqual(all.slice(index + 1).map((event) => event.seq))
    }
  })

  it('tells a reader of what was said since it was exported, and sends it all from the beginning', async () => {
    const { store, session, moved } = setUp()
    await session.run('one')
    const { other, open } = await moved()
    for (const prompt of ['two', 'three']) await session.run(prompt)
    const { epoch = 0, seq = 0 } = (await collect(store.readEvents('s'))).at(-1) ?? {}
    const opened = await open()
    for (const prompt of ['another two', 'another three', 'four']) await opened.run(prompt)
    const all = await collect(other.readEvents('s'))
    expect(all.at(-1)?.seq).toBeGreaterThan(seq)
    const events: Event[] = []
    for await (const event of opened.attach({ from: { epoch, seq } })) {
      events.push(event)
      if (event.seq === all.at(-1)?.seq) break
    }
    expect(events[0]).toMatchObject({ type: 'run-rolled-back', fromSeq: 1, reason: 'the store does not have it' })
    expect(events.slice(1).map((event) => event.seq)).toEqual(all.map((event) => event.seq))
  })

  it('has the prompts that wait, once nobody goes on with it', async () => {
    const { session, hold, go, moved } = setUp()
    hold()
    const first = session.submit('one')
    const { runId } = session.submit('two', { whenBusy: 'queue' })
    await session.save()
    // Its owner will run it: in two places it would be run twice.
    expect((await (await moved()).open()).queue).toEqual([])
    const ended = first.cancel('shutdown')
    go()
    await ended
    const opened = await (await moved()).open()
    expect(opened.queue).toMatchObject([{ runId }])
    expect((await opened.beginQueued()?.wait())?.status).toBe('completed')
  })

  it('has the prompts that wait, and those of others that its owner had not taken in yet, where that one is gone', async () => {
    const { store, options, session, hold, go, moved } = setUp()
    hold()
    session.submit('one')
    await settlePromises()
    const other = await Session.open(store, 's', options)
    const image = { type: 'image', source: { type: 'base64', data: toBase64(new Uint8Array(2_000)) } } as const
    other.submit([image], { whenBusy: 'queue', requestId: 'r2' })
    other.submit('three', { whenBusy: 'queue', requestId: 'r3' })
    await other.save()
    expect(await store.notes('s')).toHaveLength(2)
    session.submit('another three', { whenBusy: 'queue', requestId: 'r3' })
    await session.save()
    const { other: there, open } = await moved({ openCalls: 'keep' })
    const opened = await open()
    expect(opened.queue).toMatchObject([
      { requestId: 'r3', prompt: [{ text: 'another three' }] },
      { requestId: 'r2', prompt: [image] },
    ])
    expect(await there.notes('s')).toEqual([])
    expect(JSON.stringify(await collect(there.read('s')))).not.toContain(image.source.data)
    expect(JSON.stringify(await collect(there.read('s')))).toContain('request_mismatch')
    go()
  })

  it('says so where what others had left is of a newer version, and passes over what is damaged', async () => {
    const { store, session, moved } = setUp()
    await session.run('one')
    await store.leaveNote('s', { v: 1, type: 'prompt-queued', said: 'damaged' })
    expect((await (await moved()).open()).queue).toEqual([])
    await store.leaveNote('s', { v: 99, type: 'prompt-queued' })
    await expect(moved()).rejects.toMatchObject({ code: 'unsupported_version' })
  })

  it('is not taken for whole where a line of what others had left is missing', async () => {
    const { store, session } = setUp()
    await session.run('one')
    await store.leaveNote('s', { v: 1, type: 'prompt-ended', runId: 'r', state: 'withdrawn' })
    const lines = await collect(exportSession(store, 's'))
    const without = lines.filter((line) => !line.startsWith('{"note"'))
    expect(without).toHaveLength(lines.length - 1)
    await expect(importSession(createMemoryStore(), without)).rejects.toThrow(/not as many lines/)
  })
})

describe('the last line of an export', () => {
  it('says that a run goes on, and not where its owner is gone, nor where there is none', async () => {
    const { store, session, hold, go } = setUp()
    const isRunning = async (from = store): Promise<unknown> =>
      JSON.parse((await collect(exportSession(from, 's'))).at(-1) ?? '').end.isRunning
    await session.run('one')
    expect(await isRunning()).toBeUndefined()
    hold()
    const handle = session.submit('two')
    await settlePromises()
    expect(await isRunning()).toBe(true)
    const found = await store.find('s')
    const { active: _, ...left } = found ?? { sessionId: 's', head: 0, metadata: {}, createdAt: 0, updatedAt: 0 }
    expect(await isRunning({ ...store, find: async () => left })).toBeUndefined()
    // It has ended since the records were read.
    expect(await isRunning({ ...store, find: async () => ({ ...left, head: left.head + 1 }) })).toBe(true)
    go()
    await handle.wait()
    expect(await isRunning()).toBeUndefined()
  })
})

describe('a copy, under another id', () => {
  it('has no queue, as a fork, and takes the same request as its own; unless the first is gone', async () => {
    const { store, options, session, hold, go, moved } = setUp()
    hold()
    session.submit('one')
    await settlePromises()
    const { runId } = session.submit('Send the mail', { whenBusy: 'queue', requestId: 'mail' })
    await session.editQueued(runId, 'Send that mail')
    const other = await Session.open(store, 's', options)
    other.submit('And another', { whenBusy: 'queue' })
    await other.save()
    const copy = await (await moved({ id: 'copy' })).open()
    const heir = await (await moved({ id: 'heir', openCalls: 'keep' })).open()
    expect([session.fork().queue, copy.queue]).toEqual([[], []])
    expect(heir.queue).toMatchObject([{ runId, requestId: 'mail' }, { prompt: [{ text: 'And another' }] }])
    go()
    const handle = copy.submit('Send the mail', { requestId: 'mail' })
    expect(handle.runId).not.toBe(runId)
    expect((await handle.wait()).status).toBe('completed')
  })
})
