import type { RunResult } from '@geppetto/session'
import type { FaultMode, FaultPart } from '../src/fault-points.ts'
import type { MetFault } from '../src/try-every-fault.ts'

/** What happens beside the run never changes its outcome. */
const beside: readonly string[] = ['sink', 'persister', 'store release', 'hook maskInput', 'hook shouldRetry']
/** What fails here is told to the model, or is a warning. */
const told: readonly FaultPart[] = ['hook', 'tool', 'snapshot hook']
/** What is to become of a call that may have run: where nobody says it, the model is told. It may take its time. */
const deciding = 'program decide'
/** What fails here is done again, where the builder has a retry. */
const doneAgain: readonly FaultPart[] = ['transport']
/** What hangs here ends by a time limit of its own. */
const limited: Readonly<Partial<Record<string, RunResult['status']>>> = {
  tool: 'completed',
  transport: 'failed',
  'store commit': 'failed',
  'store appendEvents': 'failed',
}

/** The first engine call and the first tool call of the retry fail by themselves: after that there is nothing to add. */
function isRetried({ mode, point, index, points }: MetFault, scenario: string): boolean {
  const isAfter = mode === 'throw-after' || mode === 'hang-after'
  const first = points.findIndex(({ part, name }) => part === point.part && name === point.name)
  return (
    (scenario.startsWith('a retry') || scenario === 'a fallback') &&
    isAfter &&
    index === first &&
    (point.part === 'engine' || point.name === 'unsteady')
  )
}

function expectedStatus(fault: MetFault, scenario: string): RunResult['status'] {
  const { mode, point, index, points } = fault
  const { part } = point
  const name = `${part} ${point.name}`
  const settling = points.findLastIndex((other) => `${other.part} ${other.name}` === 'store commit')
  if (mode === 'abort') return index >= settling ? 'completed' : 'cancelled'
  // That the end had reached the store is found out.
  if (mode === 'throw-after' && index === settling) return 'completed'
  if (beside.includes(part) || beside.includes(name)) return 'completed'
  if (isRetried(fault, scenario)) return 'completed'
  if (doneAgain.includes(part) && !scenario.endsWith('called once')) return 'completed'
  if (name === 'store appendEvents' && !isHang(mode)) return 'completed'
  if (isHang(mode)) return limited[part] ?? limited[name] ?? 'cancelled'
  return told.includes(part) || name === deciding ? 'completed' : 'failed'
}

function isHang(mode: FaultMode): boolean {
  return mode === 'hang' || mode === 'hang-after' || mode === 'late'
}

/** What fails beside the run, and what does not stop when it is stopped, is told in the result. */
function mustWarn({ mode, point: { part, name } }: MetFault): boolean {
  if (`${part} ${name}` === deciding) return !isHang(mode) && mode !== 'abort'
  if (part === 'sink' || part === 'persister') return mode !== 'abort' && mode !== 'late'
  if (isHang(mode)) return deaf.includes(part)
  return part === 'snapshot hook' && mode !== 'abort'
}

const deaf: readonly FaultPart[] = ['tool executor', 'builder', 'engine', 'middleware', 'program', 'step controller']

/** What must have become of a run of the scenarios that met a fault. @throws Error saying what is otherwise */
export function checkExpected(result: RunResult, fault: MetFault, scenario: string): void {
  const expected = expectedStatus(fault, scenario)
  if (result.status !== expected) throw new Error(`it is ${result.status}, not ${expected}`)
  if (mustWarn(fault) && !isRetried(fault, scenario) && result.warnings.length === 0)
    throw new Error('no warning tells of it')
}
