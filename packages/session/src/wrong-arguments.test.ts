import { GeppettoError } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { collect } from './collect.test-helper.ts'
import { exportSession } from './export-session.ts'
import { importSession } from './import-session.ts'
import { createMemoryStore } from './memory-store.ts'
import { pruneSession } from './prune-session.ts'
import { Session } from './session.ts'

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
const wrong: readonly (readonly [
  target: 'class' | 'session' | 'begun' | 'functions',
  name: string,
  ...args: unknown[],
])[] = [
  ['class', 'open'],
  ['class', 'open', store],
  ['class', 'open', store, 's'],
  ['class', 'open', store, '', { builder }],
  ['class', 'open', {}, 's', { builder }],
  ['session', 'fork'],
  ['session', 'fork', null],
  ['session', 'getTurn'],
  ['session', 'regenerate'],
  ['session', 'regenerate', null],
  ['session', 'editPrompt'],
  ['session', 'checkout'],
  ['session', 'findTurn'],
  ['session', 'append'],
  ['session', 'appendNewTurnFromUserPrompt'],
  ['session', 'answerToolCalls'],
  ['session', 'submit'],
  ['session', 'submit', 'Hi', null],
  ['session', 'run'],
  ['session', 'startInference'],
  ['session', 'startInference', {}],
  ['session', 'resume', null],
  ['session', 'prepare', {}],
  ['session', 'countTokens', {}],
  ['session', 'editQueued'],
  ['session', 'withdrawQueued'],
  ['session', 'attach', null],
  ['session', 'updateMetadata'],
  ['begun', 'answerToolCalls'],
  ['begun', 'editPrompt'],
  ['begun', 'fork', { at: 'x' }],
  ['begun', 'fork', { id: '' }],
  ['begun', 'snapshots'],
  ['begun', 'transcript', null],
  ['begun', 'startInference', null, null],
  ['functions', 'exportSession'],
  ['functions', 'exportSession', store],
  ['functions', 'importSession'],
  ['functions', 'importSession', store],
  ['functions', 'importSession', store, [], null],
  ['functions', 'pruneSession'],
  ['functions', 'pruneSession', store, 't'],
  ['functions', 'pruneSession', store, 't', {}],
]

describe('what is called with missing or wrong arguments', () => {
  const calls = wrong.map(([target, name, ...args]) => ({ target, name, args }))

  it.each(calls)('says so: $target $name $args', async ({ target, name, args }) => {
    const begun = new Session({ builder, store, id: 'b' })
    begun.appendNewTurnFromUserPrompt('Hi')
    const targets = { class: Session, session: new Session({ builder, store, id: 's' }), begun, functions }
    const called = async (): Promise<unknown> => call(targets[target], name, args)
    const error = await called().then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(error, String(error)).toBeInstanceOf(GeppettoError)
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
