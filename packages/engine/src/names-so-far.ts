/** Names in the order in which a conversation brought them up. Grows without changing: what was known before stays as it was, and is not copied for a few more. */
export class NamesSoFar {
  readonly #own: ReadonlySet<string>
  readonly #before: NamesSoFar | undefined

  private constructor(own: ReadonlySet<string>, before: NamesSoFar | undefined) {
    this.#own = own
    this.#before = before
  }

  static readonly none: NamesSoFar = new NamesSoFar(new Set(), undefined)

  has(name: string): boolean {
    for (let part: NamesSoFar | undefined = this; part !== undefined; part = part.#before)
      if (part.#own.has(name)) return true
    return false
  }

  with(names: ReadonlySet<string>): NamesSoFar {
    if (names.size === 0) return this
    const own = new Set(names)
    // Each part is smaller than the one before it, so that there are few to look into.
    let before: NamesSoFar | undefined = this
    for (; before !== undefined && before.#own.size <= own.size; before = before.#before)
      for (const name of before.#own) own.add(name)
    return new NamesSoFar(own, before)
  }
}
