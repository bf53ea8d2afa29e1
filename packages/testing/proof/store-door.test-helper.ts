import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Clock } from '@geppetto/context'
import {
  type Head,
  type Inbox,
  type Lease,
  SessionBusyError,
  SessionConflictError,
  SessionError,
  type SessionStore,
  type SessionSummary,
  type StoredEvent,
  type StoredNote,
  type StoredRecord,
  sessionKeeper,
} from '@geppetto/session'

type Method = Exclude<keyof SessionStore, 'capabilities' | 'keeper' | 'readLines'>

/** A call of a store's method, as data. */
type StoreCall = {
  [Name in Method]: { readonly method: Name; readonly input: Parameters<SessionStore[Name]> }
}[Method]

/** What one process asks the other. */
export interface StoreQuestion {
  readonly id: number
  readonly path: string
  readonly now: number
  readonly call: StoreCall
}

/** What the other one answers. */
export interface StoreAnswer<Value> {
  readonly id: number
  readonly outcome:
    | { readonly value: Value; readonly error?: undefined }
    | { readonly error: Readonly<Record<string, unknown>> }
}

type Ask = <Value>(call: StoreCall) => Promise<Value>

/** Another process, through which stores are opened. */
export interface StoreProcess {
  open(path: string, clock: Clock): SessionStore
  end(): void
}

/** Starts a process that asks its own stores on behalf of this one. */
export function startStoreProcess(): StoreProcess {
  const child = fork(fileURLToPath(new URL('./store-process.test-helper.ts', import.meta.url)), {
    serialization: 'advanced',
    execArgv: [],
  })
  const waiting = new Map<number, (answer: StoreAnswer<never>) => void>()
  let count = 0
  // An answer has the type of its question: the other process calls the same method.
  child.on('message', (answer: StoreAnswer<never>) => {
    waiting.get(answer.id)?.(answer)
    waiting.delete(answer.id)
  })
  child.on('exit', (code) => {
    const outcome = { error: { message: `the process of the store ended with ${code}` } }
    for (const [id, end] of waiting) end({ id, outcome })
  })
  const askOf =
    (path: string, clock: Clock): Ask =>
    (call) =>
      new Promise((resolve, reject) => {
        const id = count++
        waiting.set(id, ({ outcome }) =>
          outcome.error === undefined ? resolve(outcome.value) : reject(toError(outcome.error)),
        )
        const question: StoreQuestion = { id, path, now: clock.now(), call }
        child.send(question)
      })
  return { open: (path, clock) => doorTo(askOf(path, clock)), end: () => void child.kill() }
}

function doorTo(ask: Ask): SessionStore {
  return {
    capabilities: { exclusive: true },
    keeper: sessionKeeper,
    acquire: (...input) => ask<Lease>({ method: 'acquire', input }),
    renew: (...input) => ask<Lease>({ method: 'renew', input }),
    release: (...input) => ask<void>({ method: 'release', input }),
    commit: (...input) => ask<Head>({ method: 'commit', input }),
    appendEvents: (...input) => ask<void>({ method: 'appendEvents', input }),
    readBlob: (...input) => ask<Uint8Array | undefined>({ method: 'readBlob', input }),
    requestCancel: (...input) => ask<boolean>({ method: 'requestCancel', input }),
    readInbox: (...input) => ask<Inbox>({ method: 'readInbox', input }),
    leaveNote: (...input) => ask<boolean>({ method: 'leaveNote', input }),
    notes: (...input) => ask<readonly StoredNote[]>({ method: 'notes', input }),
    find: (...input) => ask<SessionSummary | undefined>({ method: 'find', input }),
    delete: (...input) => ask<void>({ method: 'delete', input }),
    pruneEvents: (...input) => ask<void>({ method: 'pruneEvents', input }),
    async *read(...input) {
      yield* await ask<readonly StoredRecord[]>({ method: 'read', input })
    },
    async *readEvents(...input) {
      yield* await ask<readonly StoredEvent[]>({ method: 'readEvents', input })
    },
    async *list(...input) {
      yield* await ask<readonly SessionSummary[]>({ method: 'list', input })
    },
  }
}

/** What crosses is data: the error is made anew here. */
function toError({ code, message, runId, holder }: Readonly<Record<string, unknown>>): Error {
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined)
  if (code === 'session_busy') return new SessionBusyError('s', { runId: text(runId), holder: text(holder) })
  if (code === 'session_conflict') return new SessionConflictError('s', String(message))
  return new SessionError('store_failed', String(message))
}
