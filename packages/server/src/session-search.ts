import { readSaid, type SessionStore, type SessionSummary } from '@geppetto/session'

/** How much of what was said is kept to be searched again, in characters, of all sessions together. */
const maxCharacters = 8 * 1024 * 1024

interface Known {
  readonly createdAt: number
  readonly head: number
  readonly text: string
}

/** Looks for words in sessions: in their titles, and in what was said in them. */
export class SessionSearch {
  readonly #store: SessionStore
  /** The one that was looked into longest ago first. */
  readonly #known = new Map<string, Known>()
  #characters = 0

  constructor(store: SessionStore) {
    this.#store = store
  }

  /** Whether each of the words, in lower case, is in the title, or, where `inText`, in what was said. */
  async isFound(summary: SessionSummary, words: readonly string[], inText: boolean): Promise<boolean> {
    const title = (summary.metadata.title ?? '').toLowerCase()
    const others = words.filter((word) => !title.includes(word))
    if (others.length === 0) return true
    if (!inText) return false
    const text = await this.#textOf(summary)
    return others.every((word) => text.includes(word))
  }

  async #textOf({ sessionId, createdAt, head }: SessionSummary): Promise<string> {
    const found = this.#known.get(sessionId)
    // One of the same id that was made since is another.
    const before = found?.createdAt === createdAt && found.head <= head ? found : undefined
    if (before?.head === head) {
      this.#keep(sessionId, before)
      return before.text
    }
    const said = await readSaid(this.#store, sessionId, before?.head)
    const text = [before?.text ?? '', ...said.texts.map((each) => each.toLowerCase())].join('\n')
    this.#keep(sessionId, { createdAt, head: said.head, text })
    return text
  }

  #keep(sessionId: string, known: Known): void {
    this.#characters += known.text.length - (this.#known.get(sessionId)?.text.length ?? 0)
    this.#known.delete(sessionId)
    this.#known.set(sessionId, known)
    for (const [oldest, { text }] of this.#known) {
      if (this.#characters <= maxCharacters) return
      this.#known.delete(oldest)
      this.#characters -= text.length
    }
  }
}
