import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createManualClock } from '@geppetto/context/manual-clock'
import type { Event } from '@geppetto/events'
import { openSqliteStore } from '@geppetto/store-sqlite'
import type { Doom } from './kill-child.test-helper.ts'
import { findFaults } from './kill-faults.test-helper.ts'
import type { Write } from './kill-writes.test-helper.ts'

/** What a tool did outside. */
interface Effect {
  readonly callId: string
  readonly tool: string
}

/** How a process came to its end. */
interface ProcessEnd {
  /** Where it was killed; undefined where it came to its own end. */
  readonly place?: string
  /** By its clock, in milliseconds. */
  readonly time: number
}

/** What is found of a process that is gone. */
export interface Remains {
  readonly sessionId: string
  readonly end: ProcessEnd
  readonly seen: readonly Event[]
  /** What the store was asked, and has answered, in all processes. */
  readonly writes: readonly Write[]
  readonly effects: () => readonly Effect[]
}

/** What came of one killing. */
export interface Killing {
  readonly places: readonly (string | undefined)[]
  readonly faults: readonly string[]
}

const program = fileURLToPath(new URL('./kill-child.test-helper.ts', import.meta.url))

/**
 * Lets the program run, and again on what it left, each time until it kills itself at the place with the given number; then looks at what is left, and goes on with it.
 */
export function killAt(...deadlines: readonly number[]): Promise<Killing> {
  return killOn({ deadlines })
}

/** The same with a store that is slow at every place, in the way of that number. */
export function killSlowly(slowness: number, ...deadlines: readonly number[]): Promise<Killing> {
  return killOn({ deadlines, slowness })
}

/** The same where several sessions talk side by side, in one store. */
export function killAmong(sessionIds: readonly string[], ...deadlines: readonly number[]): Promise<Killing> {
  return killOn({ deadlines, sessionIds })
}

interface Kill {
  readonly deadlines: readonly number[]
  readonly slowness?: number | undefined
  readonly sessionIds?: readonly string[] | undefined
}

async function killOn({ deadlines, slowness, sessionIds = ['s'] }: Kill): Promise<Killing> {
  const folder = mkdtempSync(join(tmpdir(), 'geppetto-kill-'))
  try {
    const places: (string | undefined)[] = []
    const folderOf = (id: string) => join(folder, id)
    for (const id of sessionIds) mkdirSync(folderOf(id))
    const saidIn = (id: string) => lines<Event>(join(folderOf(id), 'seen'))
    let saidBefore = new Map<string, number>()
    let startMs = 1_000
    for (const deadline of deadlines) {
      saidBefore = new Map(sessionIds.map((id) => [id, saidIn(id).length]))
      await runProgram({ folder, sessionIds, startMs, deadline, slowness })
      const ends = sessionIds.map((id) => endOf(folderOf(id)))
      startMs = Math.max(...ends.map(({ time }) => time)) + 1
      const [end] = ends
      places.push(end?.place)
      if (end?.place === undefined) break
    }
    const faults: string[] = []
    for (const sessionId of sessionIds) {
      const own = folderOf(sessionId)
      const clock = createManualClock(startMs)
      const remains: Remains = {
        ...{ sessionId, end: endOf(own), seen: saidIn(sessionId).slice(saidBefore.get(sessionId)) },
        ...{ writes: lines<Write>(join(own, 'writes')), effects: () => lines<Effect>(join(own, 'effects')) },
      }
      const open = () => openSqliteStore(join(folder, 'sessions.sqlite'), { clock })
      faults.push(...(await findFaults(remains, { clock, open, folder: own })))
    }
    const how = `${slowness === undefined ? '' : `slow ${slowness}: `}${sessionIds.join()} ${deadlines.join()}`
    return { places, faults: faults.map((fault) => `${how} (${places.join()}): ${fault}`) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Kills it at every `step`th place from `start` on, until it lives to its end. */
export async function killEverywhere({
  step,
  start,
  isSlow = false,
  sessionIds,
}: {
  readonly step: number
  readonly start: number
  readonly isSlow?: boolean
  readonly sessionIds?: readonly string[]
}): Promise<{ readonly killed: number; readonly kinds: ReadonlySet<string>; readonly faults: readonly string[] }> {
  const faults: string[] = []
  const kinds = new Set<string>()
  let killed = 0
  let next = start
  let isOver = false
  const killNext = async (): Promise<void> => {
    while (!isOver) {
      const deadline = next
      next += step
      const killing = await killOn({ deadlines: [deadline], slowness: isSlow ? deadline : undefined, sessionIds })
      const [place] = killing.places
      faults.push(...killing.faults)
      if (place === undefined) isOver = true
      else {
        killed++
        kinds.add(place)
      }
    }
  }
  await Promise.all([killNext(), killNext()])
  return { killed, kinds, faults }
}

async function runProgram(doom: Doom): Promise<void> {
  const child = spawn(process.execPath, [program, JSON.stringify(doom)], { stdio: 'pipe' })
  let output = ''
  child.stderr.on('data', (data: Buffer) => {
    output += data.toString()
  })
  const [code, signal] = await once(child, 'close')
  for (const id of doom.sessionIds)
    if (signal !== (endOf(join(doom.folder, id)).place === undefined ? null : 'SIGKILL'))
      throw new Error(`the process ended by itself (${code}): ${output}`)
}

/** How the last process came to its end. */
function endOf(folder: string): ProcessEnd {
  return lines<ProcessEnd>(join(folder, 'end')).at(-1) ?? { time: Number.NaN }
}

/** What the program has written, which it alone writes. */
function lines<T>(path: string): readonly T[] {
  if (!existsSync(path)) return []
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): T => JSON.parse(line))
}
