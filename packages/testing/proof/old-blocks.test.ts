import { background, withTimeout } from '@geppetto/context'
import type { Middleware } from '@geppetto/engine'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { systemPrompt } from '@geppetto/middleware'
import { createMemoryStore, Session, type SessionStore } from '@geppetto/session'
import { defineTool } from '@geppetto/tools'
import {
  appendBlocks,
  assistantBlock,
  type Block,
  createTurn,
  isJsonObject,
  pendingCalls,
  userBlock,
  withView,
} from '@geppetto/turns'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { createManualClock, createScriptedEngine, createSequentialIds, type ScriptedCall } from '../src/index.ts'

/**
 * Counts how often anybody reads a field of a block whose id begins with `old-`. What has getters is refused, and a proxy is copied; so the door's own copy gets them, when it is
 * frozen. Whoever would copy that again finds getters, and the run fails.
 */
function watchOldBlocks(): { readonly looks: () => number } {
  let looks = 0
  const watch = (block: Block, name: string, field: unknown) => {
    const get = () => {
      looks++
      return field
    }
    Object.defineProperty(block, name, { get, enumerable: true })
  }
  const freeze = Object.freeze
  vi.spyOn(Object, 'freeze').mockImplementation((value: unknown): Readonly<unknown> => {
    if (isOldBlock(value) && !Object.isFrozen(value))
      for (const [name, field] of Object.entries(value)) watch(value, name, field)
    return freeze(value)
  })
  return { looks: () => looks }
}

function isOldBlock(value: unknown): value is Block {
  return isJsonObject(value) && typeof value.id === 'string' && value.id.startsWith('old-') && 'kind' in value
}

const echo = defineTool({
  name: 'echo',
  description: 'Says it again',
  input: z.object({ text: z.string() }),
  timeoutMs: 1_000,
  execute: ({ text }, ctx) => (text === 'hang' ? new Promise(() => void ctx) : text),
})
const elsewhere = defineTool({ name: 'elsewhere', description: 'Runs elsewhere', input: z.object({}) })

/** What each kind of run does, by its name: the calls of the provider. */
const kinds: Readonly<Record<string, readonly ScriptedCall[]>> = {
  text: [[{ text: ['An ', 'answer.'] }]],
  reasoning: [[{ reasoning: 'Hm.' }, { text: 'An answer.' }]],
  tools: [
    [
      { toolCall: 'echo', input: { text: 'one' } },
      { toolCall: 'echo', input: { text: 'two' } },
    ],
    [{ toolCall: 'echo', input: { wrong: true } }],
    [{ text: 'An answer.' }],
  ],
  timeout: [[{ toolCall: 'echo', input: { text: 'hang' } }], [{ text: 'An answer.' }]],
  failure: [[{ text: 'Half an ' }, { fail: 'unavailable' }]],
  'failure after tools': [
    [{ toolCall: 'echo', input: { text: 'one' } }],
    [{ text: 'Half' }, { crash: new Error('x') }],
  ],
  cancel: [[{ reasoning: 'Hm.' }, { text: 'Half an ' }, { hang: true }]],
  'cancel in a tool': [[{ toolCall: 'echo', input: { text: 'hang' } }]],
  deadline: [[{ text: 'Half an ' }, { hang: true }]],
  waiting: [[{ toolCall: 'elsewhere', input: {} }]],
  answered: [[{ text: 'An answer.' }]],
}

/** The store, for records with watched blocks, which cannot be cloned otherwise. */
function jsonStore(store: SessionStore): SessionStore {
  return {
    ...store,
    commit: (lease, head, commit) => store.commit(lease, head, JSON.parse(JSON.stringify(commit))),
  }
}

/** What may stand around a provider call, beside the usual. */
const surroundings: Readonly<Record<string, Middleware>> = {
  nothing: (next) => next,
  'what shortens': (next) => (ctx, turn) => next(ctx, withView(turn, turn.blocks.slice(-5))),
  'what adds': (next) => async (ctx, turn) => appendBlocks(await next(ctx, turn), userBlock('One more thing.')),
  'what calls again': (next) => async (ctx, turn) => {
    await next(ctx, turn).catch(() => undefined)
    return next(ctx, turn)
  },
  'what makes lists of its own': (next) => async (ctx, turn) => {
    const { blocks, ...facts } = await next(ctx, turn)
    return { ...facts, blocks: [...blocks, assistantBlock('Mine.')] }
  },
}

/** A session with two old blocks that are watched, and a way to let one run of a kind happen. */
function startOld(middleware: Middleware) {
  const clock = createManualClock()
  const ids = createSequentialIds()
  let calls: readonly ScriptedCall[] = []
  const engine = createScriptedEngine(() => {
    const [call = [{ text: 'Once more.' }], ...rest] = calls
    calls = rest
    return call
  })
  const builder = createEngineBuilder({
    base: engine,
    tools: [echo, elsewhere],
    middlewares: [systemPrompt('Be brief.'), middleware],
    eventSinks: [{ publish: () => {} }],
    snapshotHook: () => {},
  })
  const session = new Session({ builder, clock, ids, store: jsonStore(createMemoryStore({ clock })) })
  const { looks } = watchOldBlocks()
  session.append(createTurn({ blocks: [userBlock('old', { id: 'old-1' }), assistantBlock('older', { id: 'old-2' })] }))
  const run = async (kind: string): Promise<string> => {
    calls = kinds[kind] ?? []
    const waiting = pendingCalls(session.latest ?? createTurn())
    const isAnswer = kind === 'answered' && waiting.length > 0
    if (isAnswer) session.answerToolCalls(waiting.map(({ callId }) => ({ callId, content: 'done' })))
    const { ctx, release } = withTimeout(background({ clock, ids }), 5_000)
    const handle = isAnswer ? session.startInference(ctx) : session.submit(kind, {}, ctx)
    await clock.advance(1)
    if (kind.startsWith('cancel')) void handle.cancel()
    await clock.advance(10_000)
    const { status } = await handle.wait()
    release()
    return status
  }
  return { run, looks }
}

afterEach(() => vi.restoreAllMocks())

describe('P11: what is old in a conversation is not looked at again', () => {
  it.each(Object.keys(surroundings))('by any kind of run, with %s around its calls', async (around) => {
    const { run, looks } = startOld(surroundings[around] ?? ((next) => next))
    await run('text')
    await run('text')
    expect(looks()).toBeGreaterThan(0)
    const looked: string[] = []
    const statuses: string[] = []
    for (let round = 0; round < 3; round++)
      for (const kind of Object.keys(kinds)) {
        const before = looks()
        statuses.push(await run(kind))
        if (looks() > before) looked.push(`${kind}: ${looks() - before} times`)
      }
    expect(looked).toEqual([])
    if (around === 'nothing')
      expect(statuses.slice(0, 11).join(' ')).toBe(
        'completed completed completed completed failed failed cancelled cancelled cancelled waiting completed',
      )
  })
})
