import { createMemoryStore, exportSession, importSession, Session } from '@geppetto/session'
import { validateTurn } from '@geppetto/turns'
import { expect, it } from 'vitest'
import { collect, payingSession } from './paying-session.test-helper.ts'

/** A session that is copied at each write of a run with two payments. */
function setUp() {
  const exports: string[][] = []
  const forks: Session[] = []
  const copy = async () => {
    const { session, inner, builderOf } = paying
    if (!session.isRunning) return
    exports.push(await collect(exportSession(inner, 's')))
    forks.push(session.fork({ builder: builderOf() }))
  }
  const paying = payingSession(2, { onWrite: copy, onPaid: copy })
  return { ...paying, exports, forks }
}

it('P7: what a run is about to do when its session is copied is done by that run alone, wherever it was then', async () => {
  const { session, exports, forks, paid, options, builderOf } = setUp()
  const result = await session.submit('Pay twice').wait()
  expect([result.status, paid()]).toEqual(['completed', 2])
  const copies = [...forks]
  for (const lines of exports.slice()) {
    const store = createMemoryStore(options)
    await importSession(store, lines, { id: 'copy' })
    copies.push(await Session.open(store, 'copy', { ...options, builder: builderOf() }))
  }
  expect(copies.length).toBeGreaterThan(10)
  let resumed = 0
  for (const copy of copies) {
    if (copy.lastRun?.status === 'completed') continue
    const { status, turn } = await copy.resume({ unsureCalls: 'run' }).wait()
    resumed++
    expect([status, validateTurn(turn), paid()]).toEqual(['completed', [], 2])
  }
  expect(resumed).toBeGreaterThan(5)
})
