import { readFileSync } from 'node:fs'
import { type CreateFaultProgram, runDisturbed } from '../src/fault-run.ts'
import { type ContinuationFault, Continuations, type PassedPlace } from './continuations.ts'
import { faultScenarios } from './fault-scenarios.test-helper.ts'

/** Where nothing of ours stands behind an `await` that could catch: it cannot fail, and is only cancelled at. */
const lastOnes: readonly string[] = [
  // Settlement is the last that there is, and never rejects.
  'await settleRun(',
  // Between the lease's being granted and the variable that holds it.
  'await host.claim(',
]

/** On the way of the lease from the store to its holder: where it gets lost, it must run out, and then all is as it was. */
const wayOfLease: readonly string[] = [
  'await ask()',
  'this.#store.acquire(',
  'return await acquire()',
  'await this.#acquire(',
]

const unhandled: unknown[] = []
process.on('unhandledRejection', (reason) => unhandled.push(reason))

/** One scenario with the places at which its code goes on. */
export interface ContinuationScenario {
  readonly name: string
  readonly createProgram: CreateFaultProgram
  /** In order. */
  readonly places: readonly PassedPlace[]
  /** What is broken already when nothing happens. */
  readonly broken: readonly string[]
}

/** Runs each scenario undisturbed. */
export async function findContinuations(): Promise<readonly ContinuationScenario[]> {
  const found: ContinuationScenario[] = []
  for (const [name, createProgram] of Object.entries(faultScenarios)) {
    const calm = new Continuations()
    const { broken } = await runDisturbed(createProgram, { meddler: calm })
    found.push({ name, createProgram, places: calm.passed, broken })
  }
  return found
}

/** Cancels the run, or throws, at each place of a scenario, one after the other; gives what that broke. */
export async function* tryContinuations(
  { name, createProgram, places }: ContinuationScenario,
  modes: readonly ContinuationFault[] = ['abort', 'throw'],
): AsyncGenerator<readonly string[]> {
  for (const mode of modes)
    for (const [index, { place, canThrow }] of places.entries()) {
      const line = lineAt(place)
      if (mode === 'throw' && (!canThrow || lastOnes.some((code) => line.includes(code)))) continue
      const isOnWay = mode === 'throw' && wayOfLease.some((code) => line.includes(code))
      const meddler = new Continuations({ index, mode })
      const { broken } = await runDisturbed(createProgram, { meddler, lock: isOnWay ? 'either' : 'free' })
      const problems = [...broken, ...unhandled.splice(0).map((reason) => `P13: unhandled: ${String(reason)}`)]
      yield problems.map((problem) => `${name}: ${mode} at ${place} (${index}): ${problem}`)
    }
}

function lineAt(place: string): string {
  const [path = '', line = ''] = place.split(':')
  const file = new URL(`../../${path.replace('/', '/src/')}`, import.meta.url)
  return readFileSync(file, 'utf8').split('\n')[Number(line) - 1] ?? ''
}
