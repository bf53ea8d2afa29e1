import type { PauseIntent, RunInfo } from '@geppetto/client/protocol'
import { listRuns } from '@geppetto/session'
import { defined, isJsonObject, isOfFamily, type JsonObject } from '@geppetto/turns'
import { type Call, done, json, mayStay, sessionOf, streamHeaders } from './handler.ts'
import type { DebugSettings } from './options.ts'
import { ProblemError } from './problem-error.ts'
import { publicError } from './public-data.ts'
import { optionalChoice, refuse } from './read-fields.ts'
import { readIntent } from './read-request.ts'
import { createRecheck } from './recheck.ts'
import { createStepStream } from './step-stream.ts'
import { requestView } from './watched-runner.ts'

/** How many events of a run are told of: the newest. */
const maxEvents = 5000

export async function readSnapshots(call: Call): Promise<Response> {
  const { snapshots: running } = requireDebug(call)
  const live = await sessionOf(call)
  const { session } = await live.look()
  const runId = call.ids.run ?? ''
  const isOurs = session.active?.runId === runId
  const stored = await session.snapshots(runId)
  const taken = (isOurs ? running.get(runId) : undefined) ?? []
  const views = (taken.length > stored.length ? taken : stored).map(async ({ phase, iteration, isOpen, turn }) => {
    const blocks = await Promise.all(turn.blocks.map((block) => live.media.block(block)))
    return { phase, iteration, isOpen, blocks }
  })
  return json({ snapshots: await Promise.all(views) })
}

export async function previewRequest(call: Call): Promise<Response> {
  requireDebug(call)
  const live = await sessionOf(call)
  try {
    return json(requestView(await live.preview(call.ids.turn ?? '')))
  } catch (error) {
    if (!isNotPreparable(error)) throw error
    throw new ProblemError('no_request', { detail: 'What answers in this session sends none.' })
  }
}

export async function readRuns(call: Call): Promise<Response> {
  requireDebug(call)
  const { id } = await sessionOf(call)
  const runs: readonly RunInfo[] = (await listRuns(call.settings.store, id)).map(
    ({ runId, turnId, status, stop, error, startedAt, endedAt }) => ({
      ...{ runId, turnId, status },
      ...defined({ stop, error: error && publicError(error), startedAt, endedAt }),
    }),
  )
  return json({ runs })
}

export async function readRunEvents(call: Call): Promise<Response> {
  requireDebug(call)
  const live = await sessionOf(call)
  const events: JsonObject[] = []
  let left = 0
  for await (const { event } of call.settings.store.readEvents(live.id)) {
    const { correlation } = event
    if (!isJsonObject(correlation) || correlation.runId !== call.ids.run) continue
    if (events.push(event) > maxEvents) left += events.splice(0, events.length - maxEvents).length
  }
  return json({ events, left })
}

export async function readRequests(call: Call): Promise<Response> {
  const { requests } = requireDebug(call)
  const { id } = await sessionOf(call)
  return json({ requests: requests.of(id, call.ids.run ?? '') })
}

export async function stepThrough(call: Call): Promise<Response> {
  const { steps } = requireDebug(call)
  const { caller, settings, streams } = call
  const live = await sessionOf(call)
  if (steps === undefined) throw new ProblemError('not_found')
  const giveBack = streams.take(caller.key)
  const stop = steps.stepThrough(live.id)
  const onEnd = () => {
    stop()
    giveBack()
  }
  const { clock, limits, reportError } = settings
  const recheck = createRecheck(clock, limits.recheckMs, () => mayStay(call))
  const body = createStepStream({ live, clock, keepAliveMs: limits.keepAliveMs, recheck, reportError, onEnd })
  return new Response(body, { headers: streamHeaders })
}

export async function endPause(call: Call): Promise<Response> {
  const { steps } = requireDebug(call)
  const { id } = await sessionOf(call)
  const body = await readIntent<PauseIntent>(call, ['action'])
  const action = optionalChoice(body, 'action', ['continue', 'cancel']) ?? refuse('action', 'continue or cancel')
  const pauseId = call.ids.pause ?? ''
  const isTheirs = steps?.pending.some((pause) => pause.pauseId === pauseId && pause.sessionId === id) === true
  if (steps === undefined || !isTheirs) throw new ProblemError('no_such_pause')
  try {
    if (action === 'continue') steps.continue(pauseId)
    else steps.cancel(pauseId)
  } catch (error) {
    // Somebody else was faster, or its time was up.
    if (isOfFamily(error, 'geppetto/enginebuilder')) throw new ProblemError('no_such_pause')
    throw error
  }
  return done()
}

/** Whether an engine has no wire, and so nothing to show. */
function isNotPreparable(error: unknown): boolean {
  const isOurs = isOfFamily(error, 'geppetto/enginebuilder') || isOfFamily(error, 'geppetto/session')
  return isOurs && error.code === 'not_preparable'
}

/** @throws ProblemError `not_found` where the server does not let anybody look into it */
function requireDebug({ settings }: Call): DebugSettings {
  if (settings.debug === undefined) throw new ProblemError('not_found')
  return settings.debug
}
