import { createMemoryStore, type SessionStore, type SessionSummary } from '@geppetto/session'

/** The longest name that is made of a prompt, in characters. */
const longestMadeName = 32

/** The sessions of a store, by the names that people give them. */
export class SessionShelf {
  readonly store: SessionStore
  /** Where they are kept; undefined where they end with the program. */
  readonly path: string | undefined

  constructor(store: SessionStore = createMemoryStore(), path?: string) {
    this.store = store
    this.path = path
  }

  /** Newest first. */
  async list(): Promise<readonly SessionSummary[]> {
    const all: SessionSummary[] = []
    for await (const summary of this.store.list()) all.push(summary)
    return all.sort((one, other) => other.updatedAt - one.updatedAt)
  }

  /** The session of that name. */
  async find(name: string): Promise<SessionSummary | undefined> {
    return (await this.list()).find((summary) => nameOf(summary) === name)
  }

  /** `wanted`, or with a number where a session other than `ownId` has that name. */
  async freeName(wanted: string, ownId?: string): Promise<string> {
    const others = (await this.list()).filter(({ sessionId }) => sessionId !== ownId)
    const taken = new Set(others.map(nameOf))
    let name = wanted
    for (let count = 2; taken.has(name); count++) name = `${wanted}-${count}`
    return name
  }
}

/** What people call the session. */
export function nameOf({ sessionId, metadata }: Pick<SessionSummary, 'sessionId' | 'metadata'>): string {
  return metadata.title ?? sessionId
}

/** A name that is easily typed, of the first words of a prompt. */
export function nameFor(prompt: string): string {
  const words = prompt.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  let name = ''
  for (const word of words) {
    const longer = name === '' ? word : `${name}-${word}`
    if (longer.length > longestMadeName) break
    name = longer
  }
  return name || (words[0]?.slice(0, longestMadeName) ?? 'session')
}

/** What is wrong with a name; undefined where nothing is. */
export function findNameFault(name: string): string | undefined {
  if (name.trim() === '') return 'a session needs a name'
  if (name.length > 100) return 'the name of a session has at most 100 characters'
  if (/\p{Cc}/u.test(name)) return 'the name of a session is one line of plain text'
  return undefined
}
