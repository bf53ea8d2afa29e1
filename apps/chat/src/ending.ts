import { constants } from 'node:os'

/** How the program is told to end. */
export interface Ending {
  /** Aborts with `user` or `shutdown`, which runs take as their stop reason. */
  readonly signal: AbortSignal
  /** As a shell has it: 128 plus the number of the signal; undefined while nobody wants the program to end. */
  readonly exitCode: () => number | undefined
}

/** Lets the work end in good order at these signals. A second one ends the program at once. */
export function endOn(signals: readonly NodeJS.Signals[]): Ending {
  const controller = new AbortController()
  let exitCode: number | undefined
  for (const name of signals) {
    process.on(name, () => {
      if (exitCode !== undefined) process.exit(exitCode)
      exitCode = 128 + constants.signals[name]
      controller.abort(name === 'SIGINT' ? 'user' : 'shutdown')
    })
  }
  return { signal: controller.signal, exitCode: () => exitCode }
}
