import { FaultError } from './fault-error.ts'

/** What happens at the chosen point. */
export type FaultMode =
  | 'throw'
  /** Does its work, and then throws: as a store whose answer is lost. */
  | 'throw-after'
  | 'reject'
  /** The run is cancelled from inside the callback, which then does its work. */
  | 'abort'
  /** Never answers. */
  | 'hang'
  /** Does its work, and never answers. */
  | 'hang-after'
  /** Does its work when the run is being settled, or is over. */
  | 'late'

/** Every {@link FaultMode}. */
export const faultModes: readonly FaultMode[] = [
  'throw',
  'throw-after',
  'reject',
  'abort',
  'hang',
  'hang-after',
  'late',
]

/** What a session is made of and does not own: where others' code runs. */
export type FaultPart =
  | 'builder'
  | 'middleware'
  | 'engine'
  | 'transport'
  | 'tool'
  | 'tool executor'
  | 'hook'
  | 'sink'
  | 'persister'
  | 'snapshot hook'
  | 'step controller'
  | 'store'
  | 'program'

/** One call of what is not the session's own. */
export interface FaultPoint {
  readonly part: FaultPart
  /** Which of the part's callbacks: `commit` of the store. */
  readonly name: string
}

/** A fault at one of the points that a run passes. */
export interface Fault {
  /** Counted from 0, in the order in which they are passed. */
  readonly index: number
  readonly mode: FaultMode
}

/** Counts the points that a run passes while it is armed, and puts one fault at one of them. */
export class FaultPoints {
  readonly passed: FaultPoint[] = []
  readonly #fault: Fault | undefined
  readonly #settling = Promise.withResolvers<void>()
  #abort: (() => void) | undefined

  constructor(fault?: Fault) {
    this.#fault = fault
  }

  /** From here on points count. `abort` is what the mode of that name does. */
  arm(abort: () => void): void {
    this.#abort = abort
  }

  /** From here on nothing goes wrong any more. */
  disarm(): void {
    this.#abort = undefined
    this.#settling.resolve()
  }

  get isArmed(): boolean {
    return this.#abort !== undefined
  }

  /** A callback that returns at once: it cannot hang, and throws in its stead. */
  now<T>(part: FaultPart, name: string, work: () => T): T {
    const mode = this.#pass(part, name)
    if (mode === undefined || mode === 'abort' || mode === 'late') return work()
    if (mode === 'throw-after' || mode === 'hang-after') work()
    throw new FaultError(part, name)
  }

  /** As {@link FaultPoints.later}, for what must return a promise. May still throw at once, as parts in JavaScript do. */
  promised<T>(part: FaultPart, name: string, work: () => Promise<T>): Promise<T> {
    return Promise.resolve(this.later(part, name, work))
  }

  /** A callback that may take its time. */
  later<T>(part: FaultPart, name: string, work: () => T | Promise<T>): T | Promise<T> {
    const mode = this.#pass(part, name)
    switch (mode) {
      case undefined:
      case 'abort':
        return work()
      case 'throw':
        throw new FaultError(part, name)
      case 'reject':
        return Promise.reject(new FaultError(part, name))
      case 'hang':
        return never()
      case 'late':
        return this.#settling.promise.then(work)
      case 'throw-after':
      case 'hang-after':
        return (async () => {
          await work()
          if (mode === 'hang-after') return never<T>()
          throw new FaultError(part, name)
        })()
    }
  }

  #pass(part: FaultPart, name: string): FaultMode | undefined {
    const abort = this.#abort
    if (abort === undefined) return undefined
    this.passed.push({ part, name })
    // The persister is called while the run is being settled.
    if (part === 'persister') this.#settling.resolve()
    const mode = this.#fault?.index === this.passed.length - 1 ? this.#fault.mode : undefined
    if (mode === 'abort') abort()
    return mode
  }
}

function never<T>(): Promise<T> {
  return new Promise(() => {})
}
