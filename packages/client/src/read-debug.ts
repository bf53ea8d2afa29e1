import { listIn, numberIn, objectIn, objectsIn, textIn } from '@geppetto/engine'
import { isEvent } from '@geppetto/events'
import { defined, isStopReason, type JsonObject } from '@geppetto/turns'
import type { RequestView, RunEvents, RunInfo, SentRequest, SnapshotView } from './protocol/debug.ts'
import { type Resolve, readBlock, readEvent } from './read-blocks.ts'
import { readError } from './read-facts.ts'
import { countOf, required, textOf } from './read-required.ts'

/** @throws ClientError `protocol` */
export function readSnapshotViews(json: unknown, resolve: Resolve): readonly SnapshotView[] {
  return objectsIn(json, 'snapshots').map((snapshot) => ({
    phase: textOf(snapshot, 'phase'),
    iteration: countOf(snapshot, 'iteration'),
    isOpen: snapshot.isOpen === true,
    blocks: objectsIn(snapshot, 'blocks').map((block) => readBlock(block, resolve)),
  }))
}

/** @throws ClientError `protocol` */
export function readRequestView(json: unknown): RequestView {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(objectIn(json, 'headers') ?? {}))
    if (typeof value === 'string') headers[name] = value
  return {
    model: textOf(json, 'model'),
    method: textOf(json, 'method'),
    address: textOf(json, 'address'),
    headers,
    body: textOf(json, 'body'),
    degradations: listIn(json, 'degradations').filter((line) => typeof line === 'string'),
    tokens: countOf(json, 'tokens'),
  }
}

/** @throws ClientError `protocol` */
export function readSentRequests(json: unknown): readonly SentRequest[] {
  return objectsIn(json, 'requests').map((request) => ({
    ...readRequestView(request),
    ...defined({ providerCallId: textIn(request, 'providerCallId') }),
    sentAt: countOf(request, 'sentAt'),
  }))
}

/** @throws ClientError `protocol` */
export function readRunInfos(json: unknown): readonly RunInfo[] {
  return objectsIn(json, 'runs').map(readRunInfo)
}

/** Events of a later version are passed over. @throws ClientError `protocol` */
export function readRunEvents(json: unknown, resolve: Resolve): RunEvents {
  const events = listIn(json, 'events').flatMap((event: unknown) => (isEvent(event) ? [readEvent(event, resolve)] : []))
  return { events, left: countOf(json, 'left') }
}

function readRunInfo(json: JsonObject): RunInfo {
  const known = ['open', 'completed', 'cancelled', 'failed', 'waiting'] as const
  const status = required(
    known.find((each) => each === textIn(json, 'status')),
    'status',
  )
  const { stop } = json
  return {
    runId: textOf(json, 'runId'),
    turnId: textOf(json, 'turnId'),
    status,
    ...defined({
      stop: isStopReason(stop) ? stop : undefined,
      error: readError(objectIn(json, 'error')),
      startedAt: numberIn(json, 'startedAt'),
      endedAt: numberIn(json, 'endedAt'),
    }),
  }
}
