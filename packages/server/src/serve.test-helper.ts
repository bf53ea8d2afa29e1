import { createServer } from 'node:http'
import type { SessionSnapshot } from '@geppetto/client/protocol'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { createMemoryStore, type SessionStore } from '@geppetto/session'
import { createScriptedEngine, type Script } from '@geppetto/testing'
import type { Tool } from '@geppetto/tools'
import { type Block, contentText } from '@geppetto/turns'
import { afterEach } from 'vitest'
import { nodeListener } from './node-listener.ts'
import type { SessionServerOptions } from './options.ts'
import { createSessionServer, type SessionServer } from './session-server.ts'

/** What is asked of a server under test. */
export interface Asked {
  readonly method?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** A server under test, on a port of this machine. */
export interface ServerUnderTest {
  readonly url: string
  readonly server: SessionServer
  readonly store: SessionStore
  /** Errors that no caller is told of. */
  readonly reported: unknown[]
  ask(path: string, asked?: Asked): Promise<Response>
  /** The JSON of an answer. */
  read(path: string, asked?: Asked): Promise<unknown>
  /** The session at that path, as it stands. */
  look(path: string): Promise<SessionSnapshot>
  /** Makes a session, and says something in it; gives its path. */
  begin(sessionId: string, content?: string): Promise<string>
}

const closing: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** A script that says the same to everything. */
export const says: (text: string | readonly string[]) => Script = (text) => () => [{ text }]

/** Serves a script, until the test is over. */
export async function serve(
  script: Script,
  { tools = [], ...options }: Partial<SessionServerOptions> & { readonly tools?: readonly Tool[] } = {},
): Promise<ServerUnderTest> {
  const reported: unknown[] = []
  const { store = createMemoryStore() } = options
  const builder = createEngineBuilder({ base: createScriptedEngine(script), tools, retry: false })
  const reportError = (error: unknown) => void reported.push(error)
  const server = createSessionServer({ builder, reportError, ...options, store })
  const http = createServer(nodeListener(server))
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  closing.push(async () => {
    await server.close()
    http.closeAllConnections()
    await new Promise((resolve) => http.close(resolve))
  })
  const address = http.address()
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port')
  const url = `http://127.0.0.1:${address.port}${options.basePath ?? ''}`
  const ask = (path: string, { method, body, headers, signal }: Asked = {}) =>
    fetch(url + path, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    })
  const read = async (path: string, asked?: Asked): Promise<unknown> => (await ask(path, asked)).json()
  const look = async (path: string): Promise<SessionSnapshot> => (await ask(path)).json()
  const begin = async (sessionId: string, content?: string) => {
    const path = `/sessions/${sessionId}`
    await ask('/sessions', { body: { sessionId } })
    if (content !== undefined) {
      await ask(`${path}/messages`, { body: { requestId: `first of ${sessionId}`, content } })
      await untilStatus({ look }, path, 'idle')
    }
    return path
  }
  return { url, server, store, reported, ask, read, look, begin }
}

/** Waits until the record says that. */
export async function untilStatus(
  { look }: Pick<ServerUnderTest, 'look'>,
  path: string,
  status: SessionSnapshot['run']['status'],
): Promise<void> {
  while ((await look(path)).run.status !== status) await new Promise((resolve) => setTimeout(resolve, 2))
}

/** A block as its kind, or what it says. */
export function saidIn(block: Block): string {
  if (block.kind === 'user') return contentText(block.content)
  return block.kind === 'assistant' ? block.text : block.kind
}
