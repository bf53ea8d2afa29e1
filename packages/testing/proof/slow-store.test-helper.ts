import type { SessionStore } from '@geppetto/session'
import type { seededRandom } from '../src/seeded-random.ts'

/** A store that takes its time before and behind each call, and between the records and events that it gives: some turns of the loop, or only promises. */
export function slowStore(store: SessionStore, random: ReturnType<typeof seededRandom>): SessionStore {
  const pause = async (): Promise<void> => {
    for (let steps = random(12); steps > 0; steps--) await undefined
    for (let turns = random(3); turns > 0; turns--) await new Promise<void>((resolve) => setImmediate(resolve))
  }
  const slowly =
    <Input extends readonly unknown[], Output>(ask: (...input: Input) => Promise<Output>) =>
    async (...input: Input): Promise<Output> => {
      await pause()
      try {
        return await ask(...input)
      } finally {
        await pause()
      }
    }
  async function* oneByOne<Item>(items: AsyncIterable<Item>): AsyncIterable<Item> {
    await pause()
    for await (const item of items) {
      if (random(8) === 0) await pause()
      yield item
    }
    await pause()
  }
  return {
    capabilities: store.capabilities,
    keeper: store.keeper,
    acquire: slowly(store.acquire.bind(store)),
    renew: slowly(store.renew.bind(store)),
    release: slowly(store.release.bind(store)),
    commit: slowly(store.commit.bind(store)),
    appendEvents: slowly(store.appendEvents.bind(store)),
    requestCancel: slowly(store.requestCancel.bind(store)),
    readInbox: slowly(store.readInbox.bind(store)),
    leaveNote: slowly(store.leaveNote.bind(store)),
    notes: slowly(store.notes.bind(store)),
    find: slowly(store.find.bind(store)),
    delete: slowly(store.delete.bind(store)),
    pruneEvents: slowly(store.pruneEvents.bind(store)),
    readBlob: slowly(store.readBlob.bind(store)),
    read: (...input) => oneByOne(store.read(...input)),
    readEvents: (...input) => oneByOne(store.readEvents(...input)),
    list: () => oneByOne(store.list()),
  }
}
