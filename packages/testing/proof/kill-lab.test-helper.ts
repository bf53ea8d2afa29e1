import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createManualClock } from '@geppetto/context/manual-clock'
import type { Event } from '@geppetto/events'
import { openSqliteStore } from '@geppetto/store-sqlite'
import { findFaults } from './kill-faults.test-helper.ts'
import type { Write } from './kill-store.test-helper.ts'

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
  readonly end: ProcessEnd
  readonly seen: readonly Event[]
  /** Of a slow store: another one answers before the clock goes on. */
  readonly writes: readonly Write[]
  readonly effects: () => readonly Effect[]
  readonly path: string
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

interface Kill {
  readonly deadlines: readonly number[]
  readonly slowness?: number | undefined
}

async function killOn({ deadlines, slowness }: Kill): Promise<Killing> {
  const folder = mkdtempSync(join(tmpdir(), 'geppetto-kill-'))
  try {
    const places: (string | undefined)[] = []
    let startMs = 1_000
    let seen: readonly Event[] = []
    let end: ProcessEnd = { time: startMs }
    for (const deadline of deadlines) {
      const seenBefore = lines<Event>(join(folder, 'seen')).length
      end = await runProgram(folder, startMs, deadline, slowness)
      places.push(end.place)
      seen = lines<Event>(join(folder, 'seen')).slice(seenBefore)
      startMs = end.time + 1
      if (end.place === undefined) break
    }
    const path = join(folder, 'sessions.sqlite')
    const clock = createManualClock(startMs)
    const open = () => openSqliteStore(path, { clock })
    const writes = lines<Write>(join(folder, 'writes'))
    const effects = () => lines<Effect>(join(folder, 'effects'))
    const faults = await findFaults({ end, seen, writes, effects, path }, { clock, open, folder })
    return {
      places,
      faults: faults.map(
        (fault) =>
          `${slowness === undefined ? '' : `slow ${slowness}: `}${deadlines.join()} (${places.join()}): ${fault}`,
      ),
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Kills it at every `step`th place from `start` on, until it lives to its end. */
export async function killEverywhere({
  step,
  start,
  isSlow = false,
}: {
  readonly step: number
  readonly start: number
  readonly isSlow?: boolean
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
      const killing = await killOn({ deadlines: [deadline], slowness: isSlow ? deadline : undefined })
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

async function runProgram(
  folder: string,
  startMs: number,
  deadline: number,
  slowness: number | undefined,
): Promise<ProcessEnd> {
  const numbers = [startMs, deadline, ...(slowness === undefined ? [] : [slowness])].map(String)
  const child = spawn(process.execPath, [program, folder, ...numbers], { stdio: 'pipe' })
  let output = ''
  child.stderr.on('data', (data: Buffer) => {
    output += data.toString()
  })
  const [code, signal] = await once(child, 'close')
  const end = lines<ProcessEnd>(join(folder, 'end')).at(-1)
  if (end === undefined || signal !== (end.place === undefined ? null : 'SIGKILL'))
    throw new Error(`the process ended by itself (${code}): ${output}`)
  return end
}

/** What the program has written, which it alone writes. */
function lines<T>(path: string): readonly T[] {
  if (!existsSync(path)) return []
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): T => JSON.parse(line))
}
