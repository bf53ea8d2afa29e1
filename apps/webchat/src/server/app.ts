import type { Context } from '@geppetto/context'
import { createEngineBuilder, createStepController } from '@geppetto/enginebuilder'
import { createSessionServer, type Limits, type SessionServer } from '@geppetto/server'
import type { SessionStore } from '@geppetto/session'
import { createToolExecutor, type Tool, type ToolCall } from '@geppetto/tools'
import { getConnInfo } from '@hono/node-server/conninfo'
import { type Context as Call, Hono } from 'hono'
import { appPaths, type ModelFactsById } from '../shared/facts.ts'
import type { Answerer } from './answerers.ts'
import { Approvals } from './approvals.ts'
import { createPages } from './pages.ts'

/** What the app is put together from. */
export interface WebchatParts {
  readonly store: SessionStore
  /** The first answers where nothing is chosen. */
  readonly answerers: readonly Answerer[]
  readonly tools: readonly Tool[]
  /** Whether a call needs a yes of somebody. */
  readonly mustAsk: (ctx: Context, call: ToolCall) => Promise<boolean>
  /** Where the page was built. */
  readonly pageFolder: string
  readonly limits?: Partial<Limits>
}

/** The app: its requests, and how it ends. */
export interface Webchat {
  readonly hono: Hono
  close(): Promise<void>
}

const basePath = '/api'

/** How long a run is paused at most, whoever has forgotten it, in milliseconds. */
const longestPauseMs = 30 * 60_000

/** Wires the app: the one place where packages meet. */
export function createWebchat({ store, answerers, tools, mustAsk, pageFolder, limits = {} }: WebchatParts): Webchat {
  const approvals = new Approvals()
  const toolExecutor = createToolExecutor({ hooks: { authorize: approvals.hook(mustAsk) } })
  const steps = createStepController({ sessions: 'asked', timeoutMs: longestPauseMs })
  const server = createSessionServer({
    store,
    basePath,
    limits,
    debug: { steps },
    profiles: answerers.map(({ profile }) => profile),
    builder: ({ profile }) => {
      const answerer = answerers.find(({ profile: { id } }) => id === profile) ?? answerers[0]
      if (answerer === undefined) throw new Error('nobody can answer')
      return createEngineBuilder({ base: answerer.engine(), tools, toolExecutor, stepController: steps })
    },
  })
  const facts: ModelFactsById = Object.fromEntries(answerers.map(({ profile: { id }, facts }) => [id, facts]))
  const showPage = createPages(pageFolder)
  const hono = new Hono()
  const infoOf = (call: Call) => ({ remoteAddress: getConnInfo(call).remote.address })
  hono.all(`${basePath}/*`, (call) => server.handle(call.req.raw, infoOf(call)))
  hono.get(appPaths.models, (call) => guarded(server, call, '/profiles', async () => call.json(facts)))
  hono.get(`${appPaths.approvals}/:session`, (call) => {
    const session = call.req.param('session')
    return guarded(server, call, sessionPath(session), async () => call.json(approvals.pending(session)))
  })
  hono.post(`${appPaths.approvals}/:session/:call/:decision{allow|deny}`, (call) => {
    const { session, call: callId, decision } = call.req.param()
    return guarded(server, call, sessionPath(session), async () => {
      const isThere = approvals.decide(session, callId, decision === 'allow')
      return isThere ? call.body(null, 204) : call.json({ code: 'no_such_call' }, 404)
    })
  })
  hono.get('*', (call) => showPage(call.req.path))
  return { hono, close: () => server.close() }
}

function sessionPath(session: string): string {
  return `/sessions/${encodeURIComponent(session)}?turns=1`
}

/** What the app adds is for whom the server lets read that path: it is asked. */
async function guarded(
  server: SessionServer,
  call: Call,
  path: string,
  answer: () => Promise<Response>,
): Promise<Response> {
  const { headers, url } = call.req.raw
  const asked = new Request(new URL(basePath + path, url), { headers })
  const allowed = await server.handle(asked, { remoteAddress: getConnInfo(call).remote.address })
  if (!allowed.ok) return allowed
  await allowed.body?.cancel()
  return answer()
}
