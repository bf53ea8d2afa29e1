import { performance } from 'node:perf_hooks'
import type { Work } from '../clients/client.ts'
import { priorMessages, question } from '../clients/conversation.ts'
import { toolUse } from '../clients/weather-tool.ts'
import type { Scenario } from '../wire/scenario.ts'
import { textLength, toolArguments } from '../wire/text.ts'

/** CPU time of this process so far, all its threads, in milliseconds. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

/** Collects what is garbage. V8 throws the code away with it that it had compiled for objects of kinds of which none is left. */
export function collectGarbage(): void {
  globalThis.gc?.()
}

/** Collects what was thrown away lately, so that no sample pays for the one before it. */
function collectNewGarbage(): void {
  void globalThis.gc?.({ type: 'minor' })
}

export interface Timing {
  readonly cpuMs: number
  readonly wallMs: number
}

/**
 * What one of `repeats` takes, CPU time of the whole process and time on the wall. `warmUp` comes before them and is not measured: what users run from one answer to the next
 * is warm code. So all garbage is collected when the process finds it due, as with users, and not for each sample.
 */
export async function timed(
  repeats: number,
  work: () => Promise<unknown>,
  warmUp?: () => Promise<unknown>,
): Promise<Timing> {
  await warmUp?.()
  collectNewGarbage()
  const cpu = cpuMs()
  const wall = performance.now()
  for (let count = 0; count < repeats; count++) await work()
  return { cpuMs: (cpuMs() - cpu) / repeats, wallMs: (performance.now() - wall) / repeats }
}

/** Counts what a client hands out. */
export interface Tally {
  deltas: number
  characters: number
}

/** Work that counts into the tally. */
export function countingWork(scenario: Scenario, prior: number, tally: Tally): Work {
  return {
    messages: [...priorMessages(prior), question],
    maxSteps: scenario.steps ?? 0,
    onDelta: (text) => {
      tally.deltas++
      tally.characters += text.length
      return false
    },
  }
}

/** What is wrong with what came of the work, done `times`; undefined where nothing is. `before`: the use of the tool before it. */
export function faultOf(
  scenario: Scenario,
  times: number,
  tally: Tally,
  before: ReturnType<typeof toolUse>,
): string | undefined {
  const { deltas, steps = 0, parallel = 1, noteDeltas = 0 } = scenario
  const characters = textLength(deltas) * times
  if (tally.characters !== characters) return `${tally.characters} characters of ${characters}`
  const calls = steps * parallel * times
  const use = toolUse()
  const executions = use.executions - before.executions
  if (executions !== calls) return `the tool ran ${executions} times, not ${calls}`
  const { note }: { note: string } = JSON.parse(toolArguments(noteDeltas))
  const noteLength = use.noteLength - before.noteLength
  return noteLength === note.length * calls ? undefined : `arguments of ${noteLength} characters`
}
