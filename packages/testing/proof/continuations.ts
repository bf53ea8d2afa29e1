import { globalName } from './instrument.ts'

/** What happens where the code goes on. */
export type ContinuationFault = 'abort' | 'throw'

/** A place that was passed once. */
export interface PassedPlace {
  /** `session/runs/run.ts:97` */
  readonly place: string
  /** Behind an `await` what was waited for may have failed; a callback's beginning cannot. */
  readonly canThrow: boolean
}

/** Counts the places at which the instrumented code goes on after waiting, and lets one fault happen at one of them. */
export class Continuations {
  /** The places passed, in order. */
  readonly passed: PassedPlace[] = []
  readonly #fault: { readonly index: number; readonly mode: ContinuationFault } | undefined
  #abort: (() => void) | undefined

  constructor(fault?: { readonly index: number; readonly mode: ContinuationFault }) {
    this.#fault = fault
    install(this)
  }

  /** From here on places count. */
  arm(abort: () => void): void {
    this.#abort = abort
  }

  disarm(): void {
    this.#abort = undefined
  }

  /** Called by the code, in the microtask in which it goes on. */
  goOn<T>(place: string, value: T): T {
    if (this.#pass(place, true) === 'throw') throw new Error(`fault where ${place} goes on`)
    return value
  }

  /** Called by the code with a callback that it hands over. */
  callback(place: string, callback: unknown): unknown {
    if (typeof callback !== 'function') return callback
    const pass = () => this.#pass(place, false)
    return (...args: unknown[]) => {
      pass()
      return callback(...args)
    }
  }

  #pass(place: string, canThrow: boolean): ContinuationFault | undefined {
    const abort = this.#abort
    if (abort === undefined) return undefined
    this.passed.push({ place, canThrow })
    if (this.#fault?.index !== this.passed.length - 1) return undefined
    if (this.#fault.mode === 'abort') abort()
    return this.#fault.mode
  }
}

function install(continuations: Continuations): void {
  Object.assign(globalThis, { [globalName]: continuations })
}

// Instrumented code always finds somebody to call.
install(new Continuations())
