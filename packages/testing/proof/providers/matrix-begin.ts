import type { Engine } from '@geppetto/engine'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { eliza } from '@geppetto/provider-eliza'
import { Session } from '@geppetto/session'
import { createTurn, pendingCalls, type Turn } from '@geppetto/turns'
import { createEngine } from './engines.ts'
import type { MatrixFeature } from './matrix-features.ts'
import { playConversation, toolsOf } from './play-conversation.ts'
import { recordedFetch } from './recorded-fetch.ts'
import { type Api, type Conversation, type Exchange, readRecordings } from './recordings.ts'

/** Where a conversation can be. */
export type Place = Api | 'eliza'

/** A conversation that has begun somewhere. */
export interface Begun {
  readonly turn: Turn
  /** What the place said: whose opaque data is in the turn. */
  readonly heard: readonly Exchange[]
  /** Where it is at home. */
  readonly home: { readonly provider: string; readonly model: string }
  /** What it was begun with. */
  readonly conversation: Conversation | undefined
}

const conversations = new Map(readRecordings().map((conversation) => [conversation.id, conversation]))

/** A recorded conversation. @throws Error when there is none. */
export function conversationOf(api: Api, name: string): Conversation {
  const conversation = conversations.get(`${api}/${name}`)
  if (conversation === undefined) throw new Error(`there is no recording ${api}/${name}`)
  return conversation
}

/** Begins a conversation with the feature; undefined where the place has no such thing. */
export async function begin(place: Place, feature: MatrixFeature): Promise<Begun | undefined> {
  if (place === 'eliza') return beginWithEliza(feature)
  const recorded = feature.recorded?.[place]
  if (recorded === undefined) return beginScripted(place, feature)
  const conversation = conversationOf(place, recorded)
  if (feature.isCancelled === true) return beginCancelled(conversation)
  if (feature.isMidStep === true) return beginStep(conversation)
  const played = await playConversation(conversation, engineFor(conversation.exchanges))
  const turn = played.at(-1)?.turn
  return turn === undefined
    ? undefined
    : { turn, heard: conversation.exchanges, home: homeOf(conversation), conversation }
}

/** Engines that are answered by the recording. */
export function engineFor(exchanges: readonly Exchange[]): (exchange: Exchange) => Engine {
  const fetch = recordedFetch(exchanges)
  return ({ api, provider, model }) => createEngine(api, 'fetch', { provider, model, fetch })
}

function homeOf({ exchanges }: Conversation): Begun['home'] {
  const [first] = exchanges
  return { provider: first?.provider ?? 'openai', model: first?.model ?? '' }
}

async function beginWithEliza(feature: MatrixFeature): Promise<Begun | undefined> {
  const blocks = feature.scripted?.()
  if (blocks === undefined) return undefined
  const session = new Session({ builder: createEngineBuilder({ base: eliza() }) })
  session.append(createTurn({ createdAt: 1, blocks }))
  const turn = feature.isMidStep === true ? session.latest : await session.run('Go on.')
  const home = { provider: 'embedded', model: 'eliza' }
  return turn === undefined ? undefined : { turn, heard: [], home, conversation: undefined }
}

/** What is not recorded is said before a recorded answer. */
async function beginScripted(api: Api, feature: MatrixFeature): Promise<Begun | undefined> {
  const blocks = feature.scripted?.()
  if (blocks === undefined) return undefined
  const conversation = conversationOf(api, 'text-json')
  const [exchange] = conversation.exchanges
  if (exchange === undefined) return undefined
  const session = new Session({ builder: createEngineBuilder({ base: engineFor([exchange])(exchange), retry: false }) })
  session.append(createTurn({ createdAt: 1, blocks }))
  const turn = await session.run('Go on.')
  return { turn, heard: [exchange], home: homeOf(conversation), conversation: undefined }
}

/** The first call has been answered, and nothing said to it. */
async function beginStep(conversation: Conversation): Promise<Begun | undefined> {
  const first = conversation.exchanges.slice(0, 1)
  const [played] = await playConversation({ ...conversation, exchanges: first, links: [] }, engineFor(first))
  if (played?.turn === undefined) return undefined
  const session = new Session({ builder: createEngineBuilder({ base: eliza() }) })
  session.append(played.turn)
  const turn = session.answerToolCalls(pendingCalls(played.turn).map(({ callId }) => ({ callId, content: '18 °C' })))
  return { turn, heard: first, home: homeOf(conversation), conversation }
}

const saysSomething: ReadonlySet<string> = new Set(['text-delta', 'tool-call-delta'])

/** The stream stops after its half, and the user has enough. */
async function beginCancelled(conversation: Conversation): Promise<Begun | undefined> {
  const [exchange] = conversation.exchanges
  if (exchange === undefined) return undefined
  const { api, provider, model, response } = exchange
  const bytes = new TextEncoder().encode(response.body)
  const half = bytes.slice(0, Math.floor(bytes.length * 0.6))
  const fetch: typeof globalThis.fetch = async () => {
    const body = new ReadableStream({ start: (controller) => controller.enqueue(half) })
    return new Response(body, { headers: { 'content-type': response.contentType } })
  }
  const reached = Promise.withResolvers<void>()
  const builder = createEngineBuilder({
    base: createEngine(api, 'fetch', { provider, model, fetch }),
    tools: toolsOf(conversation),
    eventSinks: [{ publish: ({ type }) => (saysSomething.has(type) ? reached.resolve() : undefined) }],
  })
  const handle = new Session({ builder }).submit('What is the weather?')
  await reached.promise
  const { turn } = await handle.cancel()
  return { turn, heard: [], home: homeOf(conversation), conversation }
}
