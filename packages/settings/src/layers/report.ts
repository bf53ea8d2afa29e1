import { isSettingsError, SettingsError, type SettingsProblem } from '../settings-error.ts'
import type { SettingsNotice } from './contribution.ts'

/** Gathers what is wrong, so that all of it is told at once, and what there is to tell beside. */
export class Report {
  readonly #problems: SettingsProblem[] = []
  readonly #notices: SettingsNotice[] = []

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
    const [first, ...others] = this.#problems
    if (first !== undefined) throw new SettingsError([first, ...others])
  }
}
