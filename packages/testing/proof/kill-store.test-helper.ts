import type { SessionStore } from '@geppetto/session'

/** The store, with `reach` called before and behind each call. */
export function storeWithPlaces(store: SessionStore, reach: (place: string) => void): SessionStore {
  const around = async <T>(name: string, ask: () => Promise<T>): Promise<T> => {
    reach(`before ${name}`)
    const answer = await ask()
    reach(`after ${name}`)
    return answer
  }
  return {
    capabilities: store.capabilities,
    keeper: store.keeper,
    acquire: (...input) => around('acquire', () => store.acquire(...input)),
    renew: (...input) => around('renew', () => store.renew(...input)),
    release: (...input) => around('release', () => store.release(...input)),
    commit: (...input) => around('commit', () => store.commit(...input)),
    appendEvents: (...input) => around('appendEvents', () => store.appendEvents(...input)),
    requestCancel: (...input) => around('requestCancel', () => store.requestCancel(...input)),
    // It changes nothing, and is asked all the time.
    readInbox: (...input) => store.readInbox(...input),
    leaveNote: (...input) => around('leaveNote', () => store.leaveNote(...input)),
    notes: (...input) => store.notes(...input),
    find: (...input) => around('find', () => store.find(...input)),
    delete: (...input) => around('delete', () => store.delete(...input)),
    pruneEvents: (...input) => around('pruneEvents', () => store.pruneEvents(...input)),
    read: (...input) => store.read(...input),
    readEvents: (...input) => store.readEvents(...input),
    readBlob: (...input) => store.readBlob(...input),
    list: () => store.list(),
  }
}

/** When the store was asked to write, and when it answered, one after the other. */
export interface Write {
  readonly what: 'asked' | 'answered'
  /** By the clock, in milliseconds. */
  readonly time: number
}

/** The store, with `tell` called when it is asked to write and when it has answered. */
export function storeWithWrites(store: SessionStore, tell: (what: Write['what']) => void): SessionStore {
  const told = async <T>(write: () => Promise<T>): Promise<T> => {
    tell('asked')
    try {
      return await write()
    } finally {
      tell('answered')
    }
  }
  return {
    ...store,
    commit: (...input) => told(() => store.commit(...input)),
    appendEvents: (...input) => told(() => store.appendEvents(...input)),
  }
}
