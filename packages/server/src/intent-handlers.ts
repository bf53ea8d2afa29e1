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
import { optionalChoice, optionalSessionId, optionalText, refuse, requiredSaid, requiredText } from './read-fields.ts'
import { readJson } from './read-request.ts'
import { sessionInfo } from './session-views.ts'

export async function submitMessage(call: Call): Promise<Response> {
  const live = await sessionOf(call)
  const body = await bodyOf(call)
  const whenBusy = optionalChoice(body, 'whenBusy', ['reject', 'queue', 'interrupt'])
  const prompt = call.uploads.promptOf(live.id, requiredSaid(body))
  const { queuedPrompts } = call.settings.limits
  return json(await submit(live, { ...askedIn(call, body), whenBusy }, prompt, queuedPrompts), 202)
}

export async function cancelRun(call: Call): Promise<Response> {
  const live = await sessionOf(call)
  const body = await bodyOf(call)
  await live.cancel(optionalText(body, 'runId'))
  return json(await live.status(), 202)
}

export async function regenerateTurn(call: Call): Promise<Response> {
  const live = await sessionOf(call)
  const body = await bodyOf(call)
  return json(await runBeside(live, askedOfTurn(call, body)), 202)
}

export async function editTurn(call: Call): Promise<Response> {
  const live = await sessionOf(call)
  const body = await bodyOf(call)
  const prompt = call.uploads.promptOf(live.id, requiredSaid(body))
  return json(await runBeside(live, askedOfTurn(call, body), prompt), 202)
}

export async function checkOutTurn(call: Call): Promise<Response> {
  const live = await sessionOf(call)
  const body = await bodyOf(call)
  await checkOut(live, { turnId: requiredText(body, 'turnId'), head: requiredText(body, 'head') })
  return json(await live.status())
}

export async function forkSession(call: Call): Promise<Response> {
  const live = await sessionOf(call)
  const body = await bodyOf(call)
  const sessionId = optionalSessionId(body)
  const { store } = call.settings
  const isThere = sessionId !== undefined && (await store.find(sessionId)) !== undefined
  const asked = {
    turnId: requiredText(body, 'turnId'),
    ...defined({ sessionId, title: optionalText(body, 'title', 500) }),
  }
  // Made before by the same request, or somebody else's, of which nothing is told.
  const forkId = isThere ? (await call.sessions.find(call.caller, sessionId)).id : await fork(live, asked)
  const summary = await store.find(forkId)
  return summary === undefined
    ? refuse('sessionId', 'that of a session that is not deleted')
    : json(sessionInfo(summary), 201)
}

export async function resumeRun(call: Call): Promise<Response> {
  const live = await sessionOf(call)
  const body = await bodyOf(call)
  const unsureCalls = optionalChoice(body, 'unsureCalls', ['tell', 'run'])
  return json(await resume(live, { ...askedIn(call, body), unsureCalls }), 202)
}

export async function answerCalls(call: Call): Promise<Response> {
  const live = await sessionOf(call)
  const body = await bodyOf(call)
  const { answers } = body
  if (!Array.isArray(answers) || answers.length === 0) return refuse('answers', 'a list that is not empty')
  const given: readonly JsonValue[] = answers
  const asked = { ...askedIn(call, body), head: requiredText(body, 'head') }
  return json(await answer(live, asked, given.map(readAnswer)), 202)
}

export async function editQueuedPrompt(call: Call): Promise<Response> {
  const live = await sessionOf(call)
  const body = await bodyOf(call)
  await changeQueued(live, call.ids.run ?? '', call.uploads.promptOf(live.id, requiredSaid(body)))
  return done()
}

export async function withdrawQueuedPrompt(call: Call): Promise<Response> {
  await changeQueued(await sessionOf(call), call.ids.run ?? '', undefined)
  return done()
}

function bodyOf({ request, settings }: Call): Promise<JsonObject> {
  return readJson(request, settings.limits.bodyBytes)
}

function askedIn({ request, settings }: Call, body: JsonObject): Asked {
  const profile = optionalText(body, 'profile')
  assertProfile(settings.profiles, profile)
  const requestId = request.headers.get('idempotency-key')?.slice(0, 200) ?? requiredText(body, 'requestId')
  return { requestId, profile }
}

function askedOfTurn(call: Call, body: JsonObject): AskedOfTurn {
  return { ...askedIn(call, body), turnId: requiredText(body, 'turnId'), head: requiredText(body, 'head') }
}

function readAnswer(given: JsonValue, index: number): AnsweredCall {
  const field = `answers[${index}]`
  if (!isJsonObject(given)) return refuse(field, 'an object')
  const { callId, text } = given
  if (typeof callId !== 'string') return refuse(`${field}.callId`, 'a text')
  if (typeof text !== 'string') return refuse(`${field}.text`, 'a text')
  return { callId, content: text, ...defined({ outcome: optionalChoice(given, 'outcome', ['ok', 'error', 'denied']) }) }
}
