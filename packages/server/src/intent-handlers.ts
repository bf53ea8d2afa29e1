import type {
  AnswerIntent,
  CancelIntent,
  CheckoutIntent,
  EditIntent,
  EditQueuedIntent,
  ForkIntent,
  RegenerateIntent,
  ResumeIntent,
  SubmitIntent,
} from '@geppetto/client/protocol'
import type { AnsweredCall } from '@geppetto/session'
import { defined, isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'
import { type Call, done, json, sessionOf } from './handler.ts'
import {
  type Asked,
  type AskedOfTurn,
  answer,
  assertProfile,
  changeQueued,
  checkOut,
  fork,
  resume,
  runBeside,
  submit,
} from './intents.ts'
import { ProblemError } from './problem-error.ts'
import {
  assertFields,
  optionalChoice,
  optionalSessionId,
  optionalText,
  refuse,
  requiredRequestId,
  requiredSaid,
  requiredText,
} from './read-fields.ts'
import { readIntent } from './read-request.ts'
import { infoOf, sessionInfo } from './session-views.ts'

export async function submitMessage(call: Call): Promise<Response> {
  const live = await sessionOf(call)
  const body = await readIntent<SubmitIntent>(call, ['requestId', 'profile', 'content', 'whenBusy'])
  const whenBusy = optionalChoice(body, 'whenBusy', ['reject', 'queue', 'interrupt'])
  const prompt = call.uploads.promptOf(live.id, requiredSaid(body))
  const { queuedPrompts } = call.settings.limits
  return json(await submit(live, { ...askedIn(call, body), whenBusy }, prompt, queuedPrompts), 202)
}

export async function cancelRun(call: Call): Promise<Response> {
  const live = await sessionOf(call)
  const body = await readIntent<CancelIntent>(call, ['runId'])
  await live.cancel(optionalText(body, 'runId'))
  return json(await live.status(), 202)
}

export async function regenerateTurn(call: Call): Promise<Response> {
  const live = await sessionOf(call)
  const body = await readIntent<RegenerateIntent>(call, ['requestId', 'profile', 'turnId', 'head'])
  return json(await runBeside(live, askedOfTurn(call, body)), 202)
}

export async function editTurn(call: Call): Promise<Response> {
  const live = await sessionOf(call)
  const body = await readIntent<EditIntent>(call, ['requestId', 'profile', 'turnId', 'head', 'content'])
  const prompt = call.uploads.promptOf(live.id, requiredSaid(body))
  return json(await runBeside(live, askedOfTurn(call, body), prompt), 202)
}

export async function checkOutTurn(call: Call): Promise<Response> {
  const live = await sessionOf(call)
  const body = await readIntent<CheckoutIntent>(call, ['turnId', 'head'])
  await checkOut(live, { turnId: requiredText(body, 'turnId'), head: requiredText(body, 'head') })
  return json(await live.status())
}

export async function forkSession(call: Call): Promise<Response> {
  const live = await sessionOf(call)
  const body = await readIntent<ForkIntent>(call, ['turnId', 'sessionId', 'title'])
  const sessionId = optionalSessionId(body)
  const { store } = call.settings
  const known = sessionId === undefined ? undefined : await store.find(sessionId)
  const asked = {
    turnId: requiredText(body, 'turnId'),
    ...defined({ sessionId, title: optionalText(body, 'title', 500) }),
  }
  if (known === undefined) return json(await infoOf(store, await fork(live, asked)), 201)
  // Made before by the same request, or another one, of which nothing is told.
  const { forkedFrom, ownerId } = known.metadata
  const isSame = forkedFrom?.sessionId === live.id && forkedFrom.turnId === asked.turnId
  const isTheirs = call.caller.ownerId === undefined || ownerId === call.caller.ownerId
  if (isSame && isTheirs) return json(sessionInfo(known), 201)
  throw new ProblemError('session_exists', { field: 'sessionId' })
}

export async function resumeRun(call: Call): Promise<Response> {
  const live = await sessionOf(call)
  const body = await readIntent<ResumeIntent>(call, ['requestId', 'profile', 'unsureCalls'])
  const unsureCalls = optionalChoice(body, 'unsureCalls', ['tell', 'run'])
  return json(await resume(live, { ...askedIn(call, body), unsureCalls }), 202)
}

export async function answerCalls(call: Call): Promise<Response> {
  const live = await sessionOf(call)
  const body = await readIntent<AnswerIntent>(call, ['requestId', 'profile', 'head', 'answers'])
  const { answers } = body
  if (!Array.isArray(answers) || answers.length === 0) return refuse('answers', 'a list that is not empty')
  const given: readonly JsonValue[] = answers
  const asked = { ...askedIn(call, body), head: requiredText(body, 'head') }
  return json(await answer(live, asked, given.map(readAnswer)), 202)
}

export async function editQueuedPrompt(call: Call): Promise<Response> {
  const live = await sessionOf(call)
  const body = await readIntent<EditQueuedIntent>(call, ['content'])
  await changeQueued(live, call.ids.run ?? '', call.uploads.promptOf(live.id, requiredSaid(body)))
  return done()
}

export async function withdrawQueuedPrompt(call: Call): Promise<Response> {
  await changeQueued(await sessionOf(call), call.ids.run ?? '', undefined)
  return done()
}

function askedIn({ request, settings, waitUntil }: Call, body: JsonObject): Asked {
  const profile = optionalText(body, 'profile')
  assertProfile(settings.profiles, profile)
  return { requestId: requiredRequestId(request, body), profile, waitUntil }
}

function askedOfTurn(call: Call, body: JsonObject): AskedOfTurn {
  return { ...askedIn(call, body), turnId: requiredText(body, 'turnId'), head: requiredText(body, 'head') }
}

function readAnswer(given: JsonValue, index: number): AnsweredCall {
  const field = `answers[${index}]`
  if (!isJsonObject(given)) return refuse(field, 'an object')
  assertFields(given, ['callId', 'outcome', 'text'], `${field}.`)
  const { callId, text } = given
  if (typeof callId !== 'string') return refuse(`${field}.callId`, 'a text')
  if (typeof text !== 'string') return refuse(`${field}.text`, 'a text')
  return { callId, content: text, ...defined({ outcome: optionalChoice(given, 'outcome', ['ok', 'error', 'denied']) }) }
}
