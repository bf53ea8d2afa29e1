import { createMemoryStore, isSessionError, type SessionStore, type StoreFailureReason } from '@geppetto/session'
import type { ChatOptions } from '../options.ts'

/** The variable of the environment that says where sessions are kept. */
export const storeVariable = 'GEPPETTO_CHAT_STORE'

const inMemory = ':memory:'

/** A store of the chat, and what there is to tell about it. */
export interface ChosenStore {
  readonly store: SessionStore
  /** Where it is; absent where it ends with the chat. */
  readonly path?: string
  /** Why nothing is kept, where it should have been. */
  readonly fault?: string
  /** Why it can only be read. */
  readonly readOnly?: string
  readonly close: () => void
}

/**
 * The store that options and environment ask for. A single answer is kept only where a session or a store is named. One that was asked for and cannot be written to,
 * as on a full disk, is opened only to be read; the usual one is then done without, saying why.
 * @throws SessionError when the store that was asked for cannot be had
 */
export async function openStore(
  options: ChatOptions,
  isConversation: boolean,
  environment: NodeJS.ProcessEnv,
): Promise<ChosenStore> {
  const { session, continues, storePath } = options
  const isAskedFor = session !== undefined || continues || storePath !== undefined
  const given = storePath ?? (environment[storeVariable] || undefined)
  if (!options.keeps || given === inMemory || (!isConversation && !isAskedFor)) return memory()
  // What SQLite costs at the start is for those who keep something.
  const { defaultStorePath, openSqliteStore } = await import('@geppetto/store-sqlite')
  const path = given ?? defaultStorePath('geppetto-chat')
  try {
    const store = openSqliteStore(path)
    return { store, path: store.path, close: () => store.close() }
  } catch (error) {
    if (!isSessionError(error)) throw error
    if (!isAskedFor && given === undefined) return { ...memory(), fault: error.message }
    if (!isConversation || !isUnwritable.has(error.reason)) throw error
    const store = openSqliteStore(path, { readOnly: true })
    return { store, path: store.path, readOnly: error.message, close: () => store.close() }
  }
}

/** The file may be there to read all the same. */
const isUnwritable: ReadonlySet<StoreFailureReason | undefined> = new Set(['read_only', 'disk_full'])

function memory(): ChosenStore {
  return { store: createMemoryStore(), close: () => {} }
}
