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

/** Has stores that are given to it asked to write only together with others of them that are asked within some turns of the event loop: what they are asked for is written as one. */
export function createCompany(): (store: SessionStore) => SessionStore {
  let meeting: Promise<void> | undefined
  const meet = async (): Promise<void> => {
    for (let turns = 0; turns < 4; turns++) await new Promise<void>((resolve) => setImmediate(resolve))
    meeting = undefined
  }
  const together = async <T>(write: () => Promise<T>): Promise<T> => {
    meeting ??= meet()
    await meeting
    return write()
  }
  return (store) => ({
    ...store,
    commit: (...input) => together(() => store.commit(...input)),
    appendEvents: (...input) => together(() => store.appendEvents(...input)),
  })
}
