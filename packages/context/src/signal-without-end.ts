/** Gives back what it is made with: a class that extends it writes its private field on that. */
class Given {
  constructor(value: object) {
    // biome-ignore lint/correctness/noConstructorReturn: this is what it is for.
    return value
  }
}

/** A signal of which nobody has the controller says so in a private field, which nobody else can write. */
class WithoutEnd extends Given {
  readonly #isWithoutEnd = true

  static has(signal: AbortSignal): boolean {
    return #isWithoutEnd in signal
  }
}

/** A signal that never aborts. */
export function signalWithoutEnd(): AbortSignal {
  const { signal } = new AbortController()
  new WithoutEnd(signal)
  return signal
}

/** Whether it is certain that the signal never aborts: then nobody need listen to it. */
export function isWithoutEnd(signal: AbortSignal): boolean {
  return WithoutEnd.has(signal)
}
