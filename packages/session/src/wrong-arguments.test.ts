import { GeppettoError } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { collect } from './collect.test-helper.ts'
import { createMemoryStore } from './memory-store.ts'
import { Session } from './session.ts'
import { exportSession } from './transfer/export-session.ts'
import { importSession } from './transfer/import-session.ts'
import { pruneSession } from './transfer/prune-session.ts'

const builder = { build: () => ({ runInference: async () => Promise.reject(new Error('not run')) }) }
const store = createMemoryStore()

/** As a program without types calls it. */
function call(target: object, name: string, args: readonly unknown[]): unknown {
  const method: unknown = Reflect.get(target, name)
  if (typeof method !== 'function') throw new Error(`there is no ${name}`)
  return Reflect.apply(method, target, args)
}

const functions = {
  exportSession: (...args: Parameters<typeof exportSession>) => collect(exportSession(...args)),
  importSession,
  pruneSession,
}
/** `field`: the argument that is wrong; undefined where it is the session that is not as it must be. */
const wrong: readonly (readonly [
  target: 'class' | 'session' | 'begun' | 'functions',
  name: string,
  field: string | undefined,
  ...args: unknown[],
])[] = [
  ['class', 'open', 'store'],
  ['class', 'open', 'id', store],
  ['class', 'open', 'options', store, 's'],
  ['class', 'open', 'id', store, '', { builder }],
  ['class', 'open', 'store', {}, 's', { builder }],
  ['class', 'open', 'bulider', store, 's', { bulider: builder }],
  ['class', 'open', 'builder', store, 's', {}],
  ['class', 'open', 'holder', store, 's', { builder, holder: 7 }],
  ['class', 'open', 'graces.drainMs', store, 's', { builder, graces: { drainMs: -1 } }],
  ['class', 'open', 'graces.drain', store, 's', { builder, graces: { drain: 1 } }],
  ['class', 'open', 'keepSnapshots', store, 's', { builder, keepSnapshots: 'all' }],
  ['class', 'open', 'metadata', store, 's', { builder, metadata: { at: new Date() } }],
  ['session', 'fork', undefined],
  ['session', 'fork', 'options', null],
  ['session', 'getTurn', 'index'],
  ['session', 'regenerate', 'at'],
  ['session', 'regenerate', 'options', null],
  ['session', 'editPrompt', 'prompt'],
  ['session', 'editPrompt', 'at', 'Hi'],
  ['session', 'editPrompt', 'options', 'Hi', null],
  ['session', 'checkout', 'turnId'],
  ['session', 'findTurn', 'turnId'],
  ['session', 'append', 'turn'],
  ['session', 'appendNewTurnFromUserPrompt', 'prompt'],
  ['session', 'appendNewTurnFromUserPrompt', 'content', ''],
  ['session', 'answerToolCalls', undefined, []],
  ['session', 'submit', 'prompt'],
  ['session', 'submit', 'prompt', { text: 'Hi' }],
  ['session', 'submit', 'content', ''],
  ['session', 'submit', 'options', 'Hi', null],
  ['session', 'submit', 'ctx', 'Hi', {}, {}],
  ['session', 'submit', 'whenBusy', 'Hi', { whenBusy: 'wait' }],
  ['session', 'submit', 'requestId', 'Hi', { requestId: '' }],
  ['session', 'submit', 'temperature', 'Hi', { temperature: 1 }],
  ['session', 'run', 'prompt'],
  ['session', 'startInference', undefined],
  ['session', 'startInference', 'ctx', {}],
  ['session', 'resume', 'options', null],
  ['session', 'prepare', 'ctx', {}],
  ['session', 'countTokens', 'ctx', {}],
  ['session', 'editQueued', 'prompt'],
  ['session', 'editQueued', 'runId', 'r', 'Hi'],
  ['session', 'withdrawQueued', 'runId'],
  ['session', 'attach', 'options', null],
  ['session', 'attach', 'from', { from: 7 }],
  ['session', 'attach', 'ctx', {}, {}],
  ['session', 'updateMetadata', 'options'],
  ['session', 'updateMetadata', 'metadata', { at: new Date() }],
  ['session', 'save', 'ctx', {}],
  ['session', 'reload', undefined],
  ['begun', 'answerToolCalls', 'answers'],
  ['begun', 'answerToolCalls', 'callId', [{ callId: 'c', content: 'x' }]],
  ['begun', 'editPrompt', 'prompt'],
  ['begun', 'fork', 'at', { at: 'x' }],
  ['begun', 'fork', 'id', { id: '' }],
  ['begun', 'snapshots', 'runId'],
  ['begun', 'transcript', 'options', null],
  ['begun', 'transcript', 'last', { last: 'x' }],
  ['begun', 'startInference', 'options', null, null],
  ['begun', 'resume', 'unsureCalls', { unsureCalls: 'ask' }],
  ['begun', 'resume', 'ctx', {}, {}],
  ['begun', 'save', 'ctx', {}],
  ['functions', 'exportSession', 'store'],
  ['functions', 'exportSession', 'id', store],
  ['functions', 'exportSession', 'options', store, 's', null],
  ['functions', 'exportSession', 'damaged', store, 's', { damaged: 'mend' }],
  ['functions', 'importSession', 'store'],
  ['functions', 'importSession', 'lines', store],
  ['functions', 'importSession', 'options', store, [], null],
  ['functions', 'pruneSession', 'store'],
  ['functions', 'pruneSession', 'options', store, 't'],
  ['functions', 'pruneSession', 'keepRuns', store, 't', {}],
]

describe('what is called with missing or wrong arguments', () => {
  const calls = wrong.map(([target, name, field, ...args]) => ({ target, name, field, args }))

  it.each(calls)('says so, and which one it is: $target $name $args', async ({ target, name, field, args }) => {
    const begun = new Session({ builder, store, id: 'b' })
    begun.appendNewTurnFromUserPrompt('Hi')
    const targets = { class: Session, session: new Session({ builder, store, id: 's' }), begun, functions }
    const called = async (): Promise<unknown> => call(targets[target], name, args)
    const error = await called().then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(error, String(error)).toBeInstanceOf(GeppettoError)
    expect(Object(error).field, String(error)).toBe(field)
  })

  it('is opened or begun, where that is asked for', async () => {
    const own = createMemoryStore()
    const options = { builder, create: true, metadata: { title: 'New' } }
    const begun = await Session.open(own, 's', options)
    begun.appendNewTurnFromUserPrompt('Hi')
    await begun.save()
    const opened = await Session.open(own, 's', { ...options, metadata: { title: 'Other' } })
    expect([opened.latest, opened.metadata]).toEqual([begun.latest, { title: 'New' }])
  })
})
