/** Ids of which it is asked seldom whether they are known: many at once are looked at when somebody asks. */
export class KnownIds {
  readonly #ids = new Set<string>()
  #unseen: readonly Iterable<string>[] = []

  add(id: string): void {
    this.#ids.add(id)
  }

  addAll(...lists: readonly Iterable<string>[]): void {
    // Else they would become ever more where a session is read again and again.
    this.#look()
    this.#unseen = lists
  }

  has(id: string): boolean {
    this.#look()
    return this.#ids.has(id)
  }

  #look(): void {
    for (const list of this.#unseen) for (const id of list) this.#ids.add(id)
    this.#unseen = []
  }
}
