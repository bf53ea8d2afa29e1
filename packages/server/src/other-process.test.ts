import { createMemoryStore } from '@geppetto/session'
import { describe, expect, it } from 'vitest'
import { clientOf, isQuiet, saidInState } from './client.test-helper.ts'
import { says, serve } from './serve.test-helper.ts'

describe('two servers on one store', () => {
  it('leave a prompt that may wait to the one that runs the session', async () => {
    const store = createMemoryStore()
    const go = Promise.withResolvers<void>()
    const one = await serve([[{ text: 'Here ' }, { run: () => go.promise }], [{ text: 'Still here.' }]], { store })
    const two = await serve(says('There.'), { store })
    await one.begin('session1')
    const [first, second] = [clientOf(one.url), clientOf(two.url)]
    const [ours, theirs] = [first.session('session1'), second.session('session1')]
    const leave = [ours, theirs].map((session) => session.subscribe(() => {}))
    await Promise.all([ours.until(), theirs.until()])
    await ours.submit('Where are you?')
    await theirs.until(({ run }) => run.status === 'running')
    const waiting = await theirs.submit('And now?', { whenBusy: 'queue' })
    expect(waiting).toMatchObject({ status: 'accepted', run: { state: 'queued' } })
    await ours.until(({ queue }) => queue.length === 1)
    go.resolve()
    for (const session of [ours, theirs]) {
      const state = await session.until((shown) => isQuiet(shown) && shown.turns.length === 2)
      expect(saidInState(state)).toEqual([
        ['Where are you?', 'Here '],
        ['And now?', 'Still here.'],
      ])
    }
    for (const stop of leave) stop()
    first.close()
    second.close()
  })

  it('show, stop and continue what the other one runs', async () => {
    const store = createMemoryStore()
    const one = await serve([[{ text: 'Here ' }, { hang: true }]], { store })
    const two = await serve(says('There.'), { store })
    await one.begin('session1')
    const [first, second] = [clientOf(one.url), clientOf(two.url)]
    const [ours, theirs] = [first.session('session1'), second.session('session1')]
    const leave = [ours, theirs].map((session) => session.subscribe(() => {}))
    await Promise.all([ours.until(), theirs.until()])
    await ours.submit('Where are you?')
    await theirs.until((state) => state.run.status === 'running' && saidInState(state)[0]?.[1] === 'Here ')
    const refused = await theirs.submit('Hello?')
    expect(refused).toMatchObject({ status: 'failed', error: { code: 'session_busy' } })
    theirs.discard(theirs.getState().pending[0]?.requestId ?? '')
    await theirs.cancel()
    const stopped = await theirs.until(isQuiet)
    expect(stopped.run.last).toMatchObject({ status: 'cancelled', stop: 'user' })
    await theirs.submit('And now?')
    await theirs.until((state) => isQuiet(state) && state.turns.length === 2)
    const state = await ours.until((shown) => isQuiet(shown) && shown.turns.length === 2)
    expect(saidInState(state)).toEqual([
      ['Where are you?', 'Here '],
      ['And now?', 'There.'],
    ])
    expect(state.turns).toEqual(theirs.getState().turns)
    for (const stop of leave) stop()
    first.close()
    second.close()
  })
})
