import { isSettingsError, SettingsError, type SettingsProblem } from '../settings-error.ts'
import type { SettingsNotice } from './contribution.ts'

/** As many as fit a screen: who reads more has named another file than was meant. */
const mostTold = 20

/** Gathers what is wrong, so that all of it is told at once, and what there is to tell beside. */
export class Report {
  readonly #problems: SettingsProblem[] = []
  readonly #notices: SettingsNotice[] = []

  /** Whether nobody reads what is said of more. */
  get isFull(): boolean {
    return this.#problems.length >= mostTold
  }

  get problems(): readonly SettingsProblem[] {
    return this.#problems
  }

  get notices(): readonly SettingsNotice[] {
    return this.#notices
  }

  fail(problem: SettingsProblem): void {
    this.#problems.push(problem)
  }

  note(message: string, place?: string): void {
    const isKnown = this.#notices.some((notice) => notice.message === message && notice.place === place)
    if (!isKnown) this.#notices.push(place === undefined ? { message } : { message, place })
  }

  /** Gathers what `read` throws of problems with settings; undefined then. */
  attempt<T>(read: () => T): T | undefined {
    try {
      return read()
    } catch (error) {
      if (!isSettingsError(error)) throw error
      this.#problems.push(...error.problems)
      return undefined
    }
  }

  /** @throws SettingsError with all that was gathered */
  end(): void {
    const [first, ...others] = this.#problems.slice(0, mostTold)
    if (first === undefined) return
    const more = this.#problems.length - mostTold
    const rest = { code: first.code, message: `… and ${more} more` }
    throw new SettingsError([first, ...others, ...(more > 0 ? [rest] : [])])
  }
}
