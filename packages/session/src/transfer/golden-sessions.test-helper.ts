import type { Context, IdGenerator } from '@geppetto/context'
import { createManualClock } from '@geppetto/context/manual-clock'
import { startProviderCall } from '@geppetto/engine'
import { appendBlocks, createTurn, decodeBlock, type Turn, toolResultBlock, userBlock } from '@geppetto/turns'
import { collect } from '../collect.test-helper.ts'
import type { RunScope } from '../contract/builder.ts'
import type { OpenOptions } from '../contract/session-options.ts'
import type { SessionStore } from '../contract/store.ts'
import { beginTools, failAtOnce, hangInPieces, tellAll } from '../golden-works.test-helper.ts'
import { createMemoryStore } from '../memory-store.ts'
import { Session } from '../session.ts'
import { toBase64 } from '../store/base64.ts'
import { exportSession } from './export-session.ts'
import { pruneSession } from './prune-session.ts'

type Work = (ctx: Context, turn: Turn, scope?: RunScope) => Promise<Turn>

const info = { api: 'test', host: 'embedded', model: 'golden' }

const say =
  (words: string): Work =>
  async (ctx, turn) => {
    const call = startProviderCall(ctx, turn, info)
    const text = call.text()
    text.append(words)
    text.finish()
    call.stop('end_turn')
    return call.finish()
  }

/** Calls a tool, whose result is `outcome`, and ends the step. */
const callTool =
  (outcome: 'ok' | 'pending'): Work =>
  async (ctx, turn, scope) => {
    const call = startProviderCall(ctx, turn, info)
    const writer = call.toolCall('look')
    writer.append('{"where":"here"}')
    writer.finish()
    call.stop('tool_calls')
    const called = call.finish()
    const block = called.blocks.at(-1)
    if (block?.kind !== 'tool-call') throw new Error('there is no call')
    const { callId, name } = block
    const content = outcome === 'ok' ? 'A cat.' : []
    const base = { id: ctx.ids.next('blk'), createdAt: ctx.clock.now() }
    const answered = appendBlocks(called, toolResultBlock({ callId, name, outcome, content }, base))
    await scope?.commitStep(answered)
    return answered
  }

const inSteps =
  (...steps: readonly Work[]): Work =>
  async (ctx, turn, scope) => {
    let reached = turn
    for (const step of steps) reached = await step(ctx, reached, scope)
    return reached
  }

/** Says something, and never comes to an end. */
const hang: Work = async (ctx, turn) => {
  const call = startProviderCall(ctx, turn, info)
  call.text().append('Half of an ans')
  await new Promise((_, reject) => ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason)))
  return call.finish()
}

/** Ids that are the same each time. */
function countingIds(): IdGenerator {
  let count = 0
  return { next: (prefix) => `${prefix}_${++count}` }
}

/** A session with the same clock and ids each time; each run does the next work. */
export function goldenWorld(...works: readonly Work[]) {
  const clock = createManualClock()
  const store = createMemoryStore({ clock })
  let next = 0
  const runInference: Work = (ctx, turn, scope) => (works[next++] ?? say('Well.'))(ctx, turn, scope)
  const options: OpenOptions = { builder: { build: () => ({ runInference }) }, clock, ids: countingIds() }
  return { clock, store, options, session: new Session({ ...options, store, id: 'golden' }) }
}

const image = { type: 'image', source: { type: 'base64', data: toBase64(new Uint8Array(1_100).fill(7)) } } as const

/** What is written of a session of each kind, by name. */
export const goldenSessions: Readonly<Record<string, () => Promise<readonly string[]>>> = {
  async text() {
    const { session, store } = goldenWorld(say('Hello.'), say('Well.'))
    session.updateMetadata({ title: 'Greetings', ownerId: 'ann' })
    await session.run('Hi')
    await session.run('How are you?')
    return exported(store)
  },
  async tools() {
    const { session, store } = goldenWorld(inSteps(callTool('ok'), callTool('ok'), say('Cats.')), callTool('pending'))
    session.append(
      createTurn({
        id: 'given',
        createdAt: 1,
        data: { 'acme.tone': ['kind'] },
        blocks: [userBlock('Look.', { id: 'u', createdAt: 1 })],
      }),
    )
    await session.startInference().wait()
    await session.submit('Again').wait()
    return exported(store)
  },
  async images() {
    const { session, store } = goldenWorld(say('A square.'))
    await session.run([{ type: 'text', text: 'What is it?' }, image])
    session.editPrompt([image])
    await session.save()
    return exported(store)
  },
  async branches() {
    const { session, store } = goldenWorld(say('one'), say('two'), say('three'), say('four'))
    const first = await session.run('first')
    await session.run('second')
    session.regenerate()
    await session.startInference().wait()
    session.editPrompt('another', { at: 0 })
    await session.startInference().wait()
    session.checkout(first.id)
    await session.save()
    return exported(store)
  },
  async fork() {
    const { session, store } = goldenWorld(say('one'))
    await session.run('first')
    await session.fork({ id: 'fork' }).save()
    return exported(store, 'fork')
  },
  async unknown() {
    const { session, store } = goldenWorld(say('A hologram.'))
    const hologram = decodeBlock({ kind: 'hologram', id: 'h', createdAt: 1, scene: { of: ['light', null] } }, 'block')
    session.append({ ...createTurn({ id: 'given', createdAt: 1, blocks: [hologram] }), ...{ mood: { good: true } } })
    await session.startInference().wait()
    const lease = await store.acquire('golden', { ttlMs: 1_000, holder: 'later', runId: 'later' })
    const found = await store.find('golden')
    const records = [{ v: 1, type: 'hologram', depth: 3 }]
    await store.commit(lease, found?.head ?? 0, { records, release: true })
    return exported(store)
  },
  async queue() {
    const { session, store, clock } = goldenWorld(hang)
    const handle = session.submit('Tell me', { requestId: 'r1' })
    await clock.advance(1_000)
    const waiting = session.submit('And this', { whenBusy: 'queue', requestId: 'r2', tags: { from: 'here' } })
    session.editQueued(waiting.runId, [{ type: 'text', text: 'And that' }, image])
    session.withdrawQueued(session.submit('Or not', { whenBusy: 'queue', requestId: 'r3' }).runId)
    await session.save()
    const lines = await exported(store)
    await handle.cancel()
    await session.active?.wait()
    return lines
  },
  async interrupted() {
    const { session, store, clock } = goldenWorld(say('Hello.'), inSteps(callTool('ok'), hang))
    await session.run('Hi')
    const handle = session.submit('Look, and tell me.')
    await clock.advance(1_000)
    const lines = await exported(store)
    await handle.cancel()
    return lines
  },
  async events() {
    const { options, store } = goldenWorld(tellAll, failAtOnce)
    const session = new Session({ ...options, store, id: 'golden', keepSnapshots: true })
    const blocks = [userBlock('Tell me.', { id: 'u', createdAt: 1 })]
    session.append(createTurn({ id: 'given', createdAt: 1, data: { 'acme.tone': ['kind'] }, blocks }))
    await session.startInference().wait()
    await session.submit('Again').wait()
    return exported(store)
  },
  async pieces() {
    const { session, store, clock } = goldenWorld(hangInPieces)
    session.submit('Think.')
    await clock.advance(1_000)
    return exported(store)
  },
  async lost() {
    const { options, store, clock } = goldenWorld(beginTools)
    const lost = createManualClock()
    new Session({ ...options, clock: lost, store, id: 'golden' }).submit('Pay.')
    await lost.advance(1_000)
    await clock.advance(60_000)
    await Session.open(store, 'golden', options)
    return exported(store)
  },
  async dismissed() {
    const { session, store } = goldenWorld(callTool('pending'))
    await session.submit('Look.').wait()
    await session.fork({ id: 'fork' }).save()
    return exported(store, 'fork')
  },
  async pruned() {
    const { session, store } = goldenWorld(say('one'), say('two'))
    for (const prompt of ['first', 'second']) await session.run(prompt)
    await pruneSession(store, 'golden', { keepRuns: 1 })
    return exported(store)
  },
}

async function exported(store: SessionStore, id = 'golden'): Promise<readonly string[]> {
  return collect(exportSession(store, id))
}
