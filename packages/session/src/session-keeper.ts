import { SessionError } from './contract/session-error.ts'
import type { SessionKeeper } from './contract/session-keeper.ts'
import type { SessionStore } from './contract/store.ts'
import type { SessionCore } from './session-core.ts'
import type { SessionStorage } from './session-storage.ts'

/** A keeper as a session calls it. */
export interface CallableKeeper extends SessionKeeper {
  readonly keep: (core: SessionCore, store: SessionStore) => SessionStorage
}

/** What the session has to do with the store from here on. @throws SessionError `invalid_options` where the store brings no keeper */
export function keepIn(store: SessionStore, core: SessionCore): SessionStorage {
  const { keeper } = store
  if (isCallable(keeper)) return keeper.keep(core, store)
  throw new SessionError(
    'invalid_options',
    'the store has no keeper: a store of your own has keeper: sessionKeeper of @geppetto/session',
    { field: 'store' },
  )
}

function isCallable(keeper: SessionKeeper | undefined): keeper is CallableKeeper {
  return keeper !== undefined && 'keep' in keeper && typeof keeper.keep === 'function'
}
