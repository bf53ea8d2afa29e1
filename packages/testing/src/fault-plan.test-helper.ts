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

export interface Fault {
  /** Which of the points that the run passes, from 0. */
  readonly index: number
  readonly mode: FaultMode
}

/** Counts the points at which a run calls what is not its own, and puts one fault at one of them. */
export class FaultPlan {
  /** The names of the points passed, in order. */
  readonly points: string[] = []
  /** What an `abort` does. */
  abort: () => void = () => {}
  #fault: Fault | undefined

  constructor(fault?: Fault) {
    this.#fault = fault
  }

  /** From here on nothing goes wrong any more, and no points are counted. */
  disarm(): void {
    this.#fault = undefined
    this.#isCounting = false
  }

  #isCounting = true

  /** A point in a callback that returns at once. It cannot hang. */
  now<T>(name: string, work: () => T): T {
    const mode = this.#strike(name)
    if (mode === 'abort') this.abort()
    if (mode === 'throw' || mode === 'reject') throw new Error(`fault at ${name}`)
    const result = work()
    if (mode === 'throw-after') throw new Error(`fault after ${name}`)
    return result
  }

  /** A point in a callback that may take its time. */
  later<T>(name: string, work: () => T | Promise<T>): T | Promise<T> {
    const mode = this.#strike(name)
    switch (mode) {
      case undefined:
        return work()
      case 'throw':
        throw new Error(`fault at ${name}`)
      case 'reject':
        return Promise.reject(new Error(`fault at ${name}`))
      case 'hang':
        return new Promise<T>(() => {})
      case 'abort':
        this.abort()
        return work()
      case 'throw-after':
        return (async () => {
          await work()
          throw new Error(`fault after ${name}`)
        })()
    }
  }

  #strike(name: string): FaultMode | undefined {
    if (!this.#isCounting) return undefined
    this.points.push(name)
    return this.#fault?.index === this.points.length - 1 ? this.#fault.mode : undefined
  }
}
