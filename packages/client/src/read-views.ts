import { listIn, objectIn, objectsIn, textIn } from '@geppetto/engine'
import { defined, isJsonObject, isStopReason, type JsonObject } from '@geppetto/turns'
import type {
  AcceptedRun,
  BranchView,
  EndedRun,
  Profile,
  ProfileList,
  QueuedPromptView,
  RunView,
  SessionInfo,
  SessionPage,
  SessionSnapshot,
  SessionStatus,
  TurnView,
} from './protocol/views.ts'
import { type Resolve, readBlock, readContent } from './read-blocks.ts'
import { decodeCursor } from './read-cursor.ts'
import { readCalls, readError, readUsage } from './read-facts.ts'
import { countOf, required, textOf } from './read-required.ts'

/** @throws ClientError `protocol` */
export function readSnapshot(json: unknown, resolve: Resolve): SessionSnapshot {
  const turns = objectsIn(json, 'turns').map((turn) => readTurn(turn, resolve))
  const known = listIn(json, 'known').filter((requestId) => typeof requestId === 'string')
  return { ...readStatus(json, resolve), turns, earlier: countOf(json, 'earlier'), known }
}

/** @throws ClientError `protocol` */
export function readStatus(json: unknown, resolve: Resolve): SessionStatus {
  const texts = defined({ title: textIn(json, 'title'), profile: textIn(json, 'profile'), head: textIn(json, 'head') })
  return {
    sessionId: textOf(json, 'sessionId'),
    ...texts,
    cursor: required(decodeCursor(objectIn(json, 'cursor')), 'cursor'),
    run: readRun(required(objectIn(json, 'run'), 'run')),
    queue: objectsIn(json, 'queue').map((prompt) => readQueued(prompt, resolve)),
  }
}

/** @throws ClientError `protocol` */
export function readTurn(json: unknown, resolve: Resolve): TurnView {
  const run = objectIn(json, 'begins')
  const begins = run && { runId: textOf(run, 'runId'), ...defined({ requestId: textIn(run, 'requestId') }) }
  return {
    turnId: textOf(json, 'turnId'),
    ...defined({ parentId: textIn(json, 'parentId'), begins }),
    createdAt: countOf(json, 'createdAt'),
    blocks: objectsIn(json, 'blocks').map((block) => readBlock(block, resolve)),
    branches: objectsIn(json, 'branches').map(readBranch),
    calls: readCalls(listIn(json, 'calls')),
  }
}

/** @throws ClientError `protocol` */
export function readAccepted(json: unknown): AcceptedRun {
  const state = (['running', 'queued', 'settled'] as const).find((known) => known === textIn(json, 'state'))
  const facts = { runId: textOf(json, 'runId'), requestId: textOf(json, 'requestId') }
  return { ...facts, state: required(state, 'state'), ...defined({ turnId: textIn(json, 'turnId') }) }
}

/** @throws ClientError `protocol` */
export function readInfo(json: unknown): SessionInfo {
  const from = objectIn(json, 'forkedFrom')
  const forkedFrom = from && { sessionId: textOf(from, 'sessionId'), turnId: textOf(from, 'turnId') }
  return {
    sessionId: textOf(json, 'sessionId'),
    ...defined({ title: textIn(json, 'title'), profile: textIn(json, 'profile'), forkedFrom }),
    createdAt: countOf(json, 'createdAt'),
    updatedAt: countOf(json, 'updatedAt'),
    isRunning: isJsonObject(json) && json.isRunning === true,
  }
}

/** @throws ClientError `protocol` */
export function readPage(json: unknown): SessionPage {
  return { sessions: objectsIn(json, 'sessions').map(readInfo), ...defined({ next: textIn(json, 'next') }) }
}

/** @throws ClientError `protocol` */
export function readProfiles(json: unknown): ProfileList {
  const uploads = required(objectIn(json, 'uploads'), 'uploads')
  const mediaTypes = listIn(uploads, 'mediaTypes').filter((type) => typeof type === 'string')
  return {
    profiles: objectsIn(json, 'profiles').map(readProfile),
    ...defined({ defaultProfile: textIn(json, 'defaultProfile') }),
    uploads: { maxBytes: countOf(uploads, 'maxBytes'), mediaTypes },
  }
}

/** What an upload is referred to by. @throws ClientError `protocol` */
export function readUpload(json: unknown): string {
  return textOf(json, 'upload')
}

function readProfile(json: JsonObject): Profile {
  const { id, label } = { id: textOf(json, 'id'), label: textOf(json, 'label') }
  return { id, label, ...defined({ description: textIn(json, 'description') }) }
}

function readBranch(json: JsonObject): BranchView {
  return {
    turnId: textOf(json, 'turnId'),
    ...defined({ tipId: textIn(json, 'tipId') }),
    isCurrent: json.isCurrent === true,
  }
}

function readQueued(json: JsonObject, resolve: Resolve): QueuedPromptView {
  return {
    runId: textOf(json, 'runId'),
    ...defined({ requestId: textIn(json, 'requestId') }),
    prompt: readContent(json.prompt, resolve),
    submittedAt: countOf(json, 'submittedAt'),
  }
}

function readRun(json: JsonObject): RunView {
  const known = ['idle', 'running', 'stopping', 'interrupted'] as const
  const status = required(
    known.find((each) => each === textIn(json, 'status')),
    'run.status',
  )
  const last = objectIn(json, 'last')
  return { status, ...defined({ runId: textIn(json, 'runId'), last: last && readEnded(last) }) }
}

function readEnded(json: JsonObject): EndedRun {
  const known = ['completed', 'cancelled', 'failed', 'waiting'] as const
  const { stop } = json
  return {
    runId: textOf(json, 'runId'),
    turnId: textOf(json, 'turnId'),
    status: required(
      known.find((each) => each === textIn(json, 'status')),
      'last.status',
    ),
    stop: isStopReason(stop) ? stop : 'error',
    ...defined({ error: readError(objectIn(json, 'error')), usage: readUsage(objectIn(json, 'usage')) }),
  }
}
