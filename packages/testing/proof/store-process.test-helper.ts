import { openSqliteStore, type SqliteStore } from '@geppetto/store-sqlite'
import { toErrorData } from '@geppetto/turns'
import type { StoreAnswer, StoreQuestion } from './store-door.test-helper.ts'

// A process that asks its own stores what another process asks it. Its clock says what the question says.
const stores = new Map<string, SqliteStore>()
let now = 0
const clock = { now: () => now, schedule: () => () => {} }

process.on('message', (question: StoreQuestion) => {
  void answer(question).then((said) => process.send?.(said))
})

async function answer(question: StoreQuestion): Promise<StoreAnswer<unknown>> {
  const { id } = question
  try {
    now = question.now
    return { id, outcome: { value: await ask(storeOf(question.path), question) } }
  } catch (error) {
    const fields = typeof error === 'object' && error !== null ? { ...error } : {}
    return { id, outcome: { error: { ...fields, message: toErrorData(error).message } } }
  }
}

function storeOf(path: string): SqliteStore {
  const store = stores.get(path) ?? openSqliteStore(path, { clock })
  stores.set(path, store)
  return store
}

async function ask(store: SqliteStore, { call }: StoreQuestion): Promise<unknown> {
  switch (call.method) {
    case 'acquire':
      return store.acquire(...call.input)
    case 'renew':
      return store.renew(...call.input)
    case 'release':
      return store.release(...call.input)
    case 'commit':
      return store.commit(...call.input)
    case 'appendEvents':
      return store.appendEvents(...call.input)
    case 'readBlob':
      return store.readBlob(...call.input)
    case 'requestCancel':
      return store.requestCancel(...call.input)
    case 'readInbox':
      return store.readInbox(...call.input)
    case 'leaveNote':
      return store.leaveNote(...call.input)
    case 'notes':
      return store.notes(...call.input)
    case 'find':
      return store.find(...call.input)
    case 'delete':
      return store.delete(...call.input)
    case 'pruneEvents':
      return store.pruneEvents(...call.input)
    case 'read':
      return collect(store.read(...call.input))
    case 'readEvents':
      return collect(store.readEvents(...call.input))
    case 'list':
      return collect(store.list())
  }
}

async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
