import { readSaid, type SessionStore, type SessionSummary } from '@geppetto/session'

/** How much of what was said is kept to be searched again, in characters, of all sessions together. */
const maxCharacters = 16 * 1024 * 1024

interface Known {
  readonly createdAt: number
  readonly head: number
  readonly text: string
}

/** Looks for words in sessions: in their titles, and in what was said in them. */
export class SessionSearch {
  readonly #store: SessionStore
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
    if (before?.head === head) return before.text
    const said = await readSaid(this.#store, sessionId, before?.head)
    const text = [before?.text ?? '', ...said.texts.map((each) => each.toLowerCase())].join('\n')
    this.#keep(sessionId, { createdAt, head: said.head, text })
    return text
  }

  /** As much as there is room for: those that are looked into first are the newest, and whatever is thrown away is what the next search comes to next. */
  #keep(sessionId: string, known: Known): void {
    this.forget(sessionId)
    if (this.#characters + known.text.length > maxCharacters) return
    this.#known.set(sessionId, known)
    this.#characters += known.text.length
  }

  /** Of a session that is no more. */
  forget(sessionId: string): void {
    this.#characters -= this.#known.get(sessionId)?.text.length ?? 0
    this.#known.delete(sessionId)
  }
}
