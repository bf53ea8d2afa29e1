import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createManualClock } from '@geppetto/context/manual-clock'
import { isSessionError, type Session } from '@geppetto/session'
import { openSqliteStore } from '@geppetto/store-sqlite'
import { isSameJson, type Turn, toErrorData } from '@geppetto/turns'
import { describe, expect, it, onTestFinished } from 'vitest'
import { seededRandom } from '../src/seeded-random.ts'
import {
  finished,
  type KillWorld,
  live,
  openOrMake,
  prompts,
  promptsOf,
  reopen,
  toolEffects,
} from './kill-program.test-helper.ts'
import { mountSmallDisk } from './small-disk.test-helper.ts'

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'geppetto-disk-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

function worldOn(path: string, changes: Partial<KillWorld> = {}) {
  const clock = createManualClock()
  const store = openSqliteStore(path, { clock })
  onTestFinished(() => store.close())
  const world: KillWorld = { clock, store, reach: () => {}, effect: () => {}, saw: () => {}, ...changes }
  return world
}

const turnsOf = (session: Session): readonly Turn[] =>
  Array.from({ length: session.turnCount }, (_, index) => session.getTurn(index))

describe('a file in which any bit has been turned', () => {
  const flips = 120

  it(`opens with all that was said or says what is wrong: ${flips} of them`, async () => {
    const path = join(makeFolder(), 'sessions.sqlite')
    const clock = createManualClock()
    const store = openSqliteStore(path, { clock })
    const said = turnsOf(await live({ clock, store, reach: () => {}, effect: () => {}, saw: () => {} }))
    store.close()
    const whole = readFileSync(path)
    const random = seededRandom(5)
    const outcomes = new Map<string, number>()
    for (let flip = 0; flip < flips; flip++) {
      const place = random(whole.length)
      const changed = Buffer.from(whole)
      changed[place] = (whole[place] ?? 0) ^ (1 << random(8))
      for (const end of ['-wal', '-shm']) rmSync(path + end, { force: true })
      writeFileSync(path, changed)
      const outcome = await openedAs(path, said)
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    }
    process.stdout.write(`a turned bit: ${JSON.stringify([...outcomes])}\n`)
    expect([...outcomes.keys()].toSorted()).toEqual(['told of', 'whole'])
  })

  async function openedAs(path: string, said: readonly Turn[]): Promise<string> {
    const clock = createManualClock()
    try {
      using store = openSqliteStore(path, { clock })
      const session = await reopen({ clock, store, reach: () => {}, effect: () => {}, saw: () => {} })
      if (session === undefined) return 'told of'
      return isSameJson(turnsOf(session), said) ? 'whole' : 'something else'
    } catch (error) {
      const isTold =
        isSessionError(error) && ['store_failed', 'invalid_stored_session', 'unsupported_version'].includes(error.code)
      return isTold ? 'told of' : `${toErrorData(error).name}: ${toErrorData(error).message}`
    }
  }
})

const disk = mountSmallDisk()

describe.skipIf(disk === undefined)('a disk that is full in the middle of a run', () => {
  it('fails the run with what to do, loses nothing, and takes the next run when there is room', async () => {
    const folder = disk?.folder ?? ''
    const path = join(folder, 'sessions.sqlite')
    const ballast = join(folder, 'ballast')
    let isFull = false
    const reach = (place: string) => {
      if (isFull || place !== 'in pay') return
      isFull = true
      fillUp(ballast)
    }
    const effects: string[] = []
    // Of the others it depends on the moment whether they have to be run again.
    const effect = (_: string, tool: string) => toolEffects[tool] === 'side-effecting' && effects.push(tool)
    const world = worldOn(path, { reach, effect })
    const session = await openOrMake(world)
    await expect(finished(world, session.submit(prompts[0] ?? ''))).rejects.toThrow(/make room and try again/)
    expect(isFull).toBe(true)
    expect(toolsIn(session)).toEqual(['look', 'send', 'pay', 'note'])
    // What the disk has can be read while it is full.
    const copy = join(makeFolder(), 'copy.sqlite')
    for (const end of ['', '-wal']) copyFileSync(path + end, copy + end)
    const stored = await reopen(worldOn(copy))
    expect(toolsIn(stored)).toEqual(['look', 'send', 'pay', 'note'])
    rmSync(ballast)
    await finished(world, session.resume())
    await finished(world, session.submit(prompts[1] ?? ''))
    expect(promptsOf(session)).toEqual(prompts.slice(0, 2))
    expect(effects).toEqual(['pay', 'note', 'refund'])
    const opened = await reopen(worldOn(path))
    expect(opened === undefined ? [] : turnsOf(opened)).toEqual(turnsOf(session))
  })

  it('leaves what a process that died on it has said to be read, and takes up the run when there is room', async () => {
    const folder = disk?.folder ?? ''
    const [path, ballast] = [join(makeFolder(), 'sessions.sqlite'), join(folder, 'ballast')]
    const crashed = join(folder, 'crashed.sqlite')
    const reach = (place: string) => {
      if (place !== 'in pay') return
      for (const end of ['', '-wal', '-shm']) copyFileSync(path + end, crashed + end)
    }
    const world = worldOn(path, { reach })
    await finished(world, (await openOrMake(world)).submit(prompts[0] ?? ''))
    fillUp(ballast)

    const later = createManualClock()
    // The lease that the copy holds has run out: its process, this one, is there.
    await later.advance(20_000)
    const readAgain = { clock: later, reach: () => {}, effect: () => {}, saw: () => {} }
    const store = openSqliteStore(crashed, { clock: later })
    onTestFinished(() => store.close())
    const session = await reopen({ ...readAgain, store })
    expect(toolsIn(session)).toEqual(['look', 'send', 'pay', 'note'])
    expect(session?.lastRun).toMatchObject({ status: 'cancelled', stop: 'owner_lost' })
    await expect(session?.save()).rejects.toMatchObject({ code: 'store_failed', reason: 'disk_full' })
    const readOnly = openSqliteStore(crashed, { clock: later, readOnly: true })
    expect((await reopen({ ...readAgain, store: readOnly }))?.latest?.id).toBe(session?.latest?.id)
    readOnly.close()

    rmSync(ballast)
    await session?.save()
    const opened = await reopen({ ...readAgain, store })
    expect(opened?.latest).toEqual(session?.latest)
  })

  it('can be read by name where not even the index of its log has room', async () => {
    const folder = disk?.folder ?? ''
    const [path, ballast] = [join(folder, 'closed.sqlite'), join(folder, 'ballast')]
    const world = worldOn(path)
    await finished(world, (await openOrMake(world)).submit(prompts[0] ?? ''))
    const said = (await reopen(world))?.latest
    const { store } = world
    if ('close' in store && typeof store.close === 'function') store.close()
    fillUp(ballast)
    expect(() => openSqliteStore(path)).toThrow(/the disk is full.*readOnly: true/)
    const readOnly = openSqliteStore(path, { readOnly: true })
    expect((await reopen({ ...world, store: readOnly }))?.latest).toEqual(said)
    readOnly.close()
    rmSync(ballast)
  })

  const toolsIn = (session: Session | undefined) =>
    session?.latest?.blocks.flatMap((block) => (block.kind === 'tool-result' ? [block.name] : []))

  function fillUp(ballast: string): void {
    for (let size = 512 * 1_024; size >= 512; size /= 2)
      try {
        for (;;) writeFileSync(ballast, new Uint8Array(size), { flag: 'a', flush: true })
      } catch (error) {
        if (toErrorData(error).message.includes('ENOSPC') === false) throw error
      }
  }
})
