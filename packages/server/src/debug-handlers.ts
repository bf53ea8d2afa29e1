import type { PauseIntent, RequestView } from '@geppetto/client/protocol'
import { isOfFamily } from '@geppetto/turns'
import { type Call, done, json, sessionOf } from './handler.ts'
import type { DebugOptions } from './options.ts'
import { ProblemError } from './problem-error.ts'
import { optionalChoice, refuse } from './read-fields.ts'
import { readIntent } from './read-request.ts'

export async function readSnapshots(call: Call): Promise<Response> {
  requireDebug(call)
  const live = await sessionOf(call)
  const { session } = await live.look()
  const snapshots = (await session.snapshots(call.ids.run ?? '')).map(async ({ phase, iteration, isOpen, turn }) => {
    const blocks = await Promise.all(turn.blocks.map((block) => live.media.block(block)))
    return { phase, iteration, isOpen, blocks }
  })
  return json({ snapshots: await Promise.all(snapshots) })
}

export async function previewRequest(call: Call): Promise<Response> {
  requireDebug(call)
  const live = await sessionOf(call)
  const {
    model,
    method,
    path,
    address = path,
    headers,
    body,
    degradations,
    estimate,
  } = await live.preview(call.ids.turn ?? '')
  const lines = degradations.map(({ message }) => message)
  const view: RequestView = { model, method, address, headers, body, degradations: lines, tokens: estimate.total }
  return json(view)
}

export async function endPause(call: Call): Promise<Response> {
  const { steps } = requireDebug(call)
  await sessionOf(call)
  const body = await readIntent<PauseIntent>(call, ['action'])
  const action = optionalChoice(body, 'action', ['continue', 'cancel']) ?? refuse('action', 'continue or cancel')
  const pauseId = call.ids.pause ?? ''
  if (steps === undefined) throw new ProblemError('no_such_pause')
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

/** @throws ProblemError `not_found` where the server does not let anybody look into it */
function requireDebug({ settings }: Call): DebugOptions {
  if (settings.debug === undefined) throw new ProblemError('not_found')
  return settings.debug
}
