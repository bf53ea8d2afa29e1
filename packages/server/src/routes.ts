import type { Action } from './authorize.ts'
import {
  endPause,
  previewRequest,
  readRequests,
  readRunEvents,
  readRuns,
  readSnapshots,
  stepThrough,
} from './debug-handlers.ts'
import { readBlob, upload } from './file-handlers.ts'
import type { Handler } from './handler.ts'
import {
  answerCalls,
  cancelRun,
  checkOutTurn,
  editQueuedPrompt,
  editTurn,
  forkSession,
  regenerateTurn,
  resumeRun,
  submitMessage,
  withdrawQueuedPrompt,
} from './intent-handlers.ts'
import {
  changeSession,
  createSession,
  deleteSession,
  followSession,
  listProfiles,
  listSessions,
  readSession,
} from './session-handlers.ts'

/** One thing that can be asked for. `:session`, `:run` and the like stand for ids. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly action: Action
  readonly handle: Handler
}

/** All of them. */
export const routes: readonly Route[] = [
  { method: 'GET', path: '/profiles', action: 'list-profiles', handle: listProfiles },
  { method: 'GET', path: '/sessions', action: 'list-sessions', handle: listSessions },
  { method: 'POST', path: '/sessions', action: 'create-session', handle: createSession },
  { method: 'GET', path: '/sessions/:session', action: 'read-session', handle: readSession },
  { method: 'PATCH', path: '/sessions/:session', action: 'change-session', handle: changeSession },
  { method: 'DELETE', path: '/sessions/:session', action: 'delete-session', handle: deleteSession },
  { method: 'GET', path: '/sessions/:session/events', action: 'follow-session', handle: followSession },
  { method: 'POST', path: '/sessions/:session/messages', action: 'submit', handle: submitMessage },
  { method: 'POST', path: '/sessions/:session/cancel', action: 'cancel', handle: cancelRun },
  { method: 'POST', path: '/sessions/:session/regenerate', action: 'regenerate', handle: regenerateTurn },
  { method: 'POST', path: '/sessions/:session/edit', action: 'edit', handle: editTurn },
  { method: 'POST', path: '/sessions/:session/checkout', action: 'checkout', handle: checkOutTurn },
  { method: 'POST', path: '/sessions/:session/fork', action: 'fork', handle: forkSession },
  { method: 'POST', path: '/sessions/:session/resume', action: 'resume', handle: resumeRun },
  { method: 'POST', path: '/sessions/:session/answers', action: 'answer', handle: answerCalls },
  { method: 'PATCH', path: '/sessions/:session/queue/:run', action: 'change-queue', handle: editQueuedPrompt },
  { method: 'DELETE', path: '/sessions/:session/queue/:run', action: 'change-queue', handle: withdrawQueuedPrompt },
  { method: 'POST', path: '/sessions/:session/uploads', action: 'upload', handle: upload },
  { method: 'GET', path: '/sessions/:session/blobs/:blob', action: 'read-blob', handle: readBlob },
  { method: 'GET', path: '/sessions/:session/runs', action: 'debug', handle: readRuns },
  { method: 'GET', path: '/sessions/:session/runs/:run/events', action: 'debug', handle: readRunEvents },
  { method: 'GET', path: '/sessions/:session/runs/:run/requests', action: 'debug', handle: readRequests },
  { method: 'GET', path: '/sessions/:session/steps', action: 'debug', handle: stepThrough },
  { method: 'GET', path: '/sessions/:session/runs/:run/snapshots', action: 'debug', handle: readSnapshots },
  { method: 'GET', path: '/sessions/:session/turns/:turn/request', action: 'debug', handle: previewRequest },
  { method: 'POST', path: '/sessions/:session/pauses/:pause', action: 'debug', handle: endPause },
]

/** What a path asks for: the routes of that path, and the ids in it. */
export interface FoundRoutes {
  readonly routes: readonly Route[]
  readonly ids: { readonly [name: string]: string }
}

/** The routes of a path; undefined where it is none of ours, or its escapes are broken. */
export function findRoutes(path: string): FoundRoutes | undefined {
  const parts = path.split('/')
  for (const route of routes) {
    const ids = idsIn(route.path.split('/'), parts)
    if (ids !== undefined) return { routes: routes.filter((other) => other.path === route.path), ids }
  }
  return undefined
}

function idsIn(pattern: readonly string[], parts: readonly string[]): { readonly [name: string]: string } | undefined {
  if (pattern.length !== parts.length) return undefined
  const ids: Record<string, string> = {}
  for (const [index, expected] of pattern.entries()) {
    const part = parts[index] ?? ''
    if (!expected.startsWith(':')) {
      if (part !== expected) return undefined
      continue
    }
    const id = decoded(part)
    if (id === undefined || id === '' || id.length > 200) return undefined
    ids[expected.slice(1)] = id
  }
  return ids
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    // Broken escapes are no id of anything.
    return undefined
  }
}
