/** How a key is had. */
export type KeySourceKind = 'value' | 'environment' | 'file' | 'command' | 'function'

/** Where a key comes from. It never shows the key: printed, logged or made JSON of, it says where the key is. */
export class KeySource {
  readonly kind: KeySourceKind
  readonly #origin: string
  readonly #give: () => string | Promise<string>

  /** @param origin where the key is, for people: `file ~/.keys/openai`; empty for a key that is given itself. */
  constructor(kind: KeySourceKind, origin: string, give: () => string | Promise<string>) {
    this.kind = kind
    this.#origin = origin
    this.#give = give
  }

  /** The same source, whose keys must pass a check. @internal */
  checkedBy(check: (key: string) => void): KeySource {
    return new KeySource(this.kind, this.#origin, () => {
      const given = this.#give()
      if (typeof given !== 'string') return given.then((key) => passed(key, check))
      return passed(given, check)
    })
  }

  /** The key. @throws SettingsError `bad_key` */
  read(): string | Promise<string> {
    return this.#give()
  }

  toString(): string {
    return this.#origin === '' ? '***' : `*** (${this.#origin})`
  }

  toJSON(): string {
    return this.toString()
  }

  /** What `console.log` of Node shows. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString()
  }
}

function passed(key: string, check: (key: string) => void): string {
  check(key)
  return key
}
