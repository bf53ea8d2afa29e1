import { createEngineBuilder } from '@geppetto/enginebuilder'
import { createMemoryStore, type SessionStore } from '@geppetto/session'
import { createScriptedEngine } from '@geppetto/testing'
import { expect, it } from 'vitest'
import { LiveSession } from './live-session.ts'
import { settingsOf } from './options.ts'

it('a session in which a run has begun while it was read again stays the one that runs', async () => {
  const inner = createMemoryStore()
  const goOn = Promise.withResolvers<void>()
  let isSlow = false
  const store: SessionStore = {
    ...inner,
    async *read(...asked) {
      if (isSlow) await goOn.promise
      yield* inner.read(...asked)
    },
  }
  const builder = createEngineBuilder({ base: createScriptedEngine([[{ text: 'Once ' }, { hang: true }]]) })
  const live = LiveSession.create(settingsOf({ store, builder }), 'one', 'session1', {})
  const { session } = await live.look()
  await session.save()
  isSlow = true
  const reopened = live.reopen()
  const handle = session.submit('Hi')
  goOn.resolve()
  expect(await reopened).toBe(session)
  expect([(await live.look()).session, live.isRunning]).toEqual([session, true])
  await handle.cancel()
})
