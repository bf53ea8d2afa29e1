// Sessions over HTTP on this machine, kept in a file, and a client that follows one as a page in a browser would.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createClient } from '@geppetto/client'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { eliza } from '@geppetto/provider-eliza'
import { createSessionServer } from '@geppetto/server'
import { nodeListener } from '@geppetto/server/node'
import { openSqliteStore } from '@geppetto/store-sqlite'

const store = openSqliteStore(process.argv[2] ?? 'sessions.db')
// Without `authorize` it serves this machine alone.
const server = createSessionServer({ store, builder: createEngineBuilder({ base: eliza() }) })
const http = createServer(nodeListener(server)).listen(Number(process.env.PORT ?? 0), '127.0.0.1')
await once(http, 'listening')
const address = http.address()
const baseUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`

const client = createClient({ baseUrl })
const { sessionId } = await client.create({ title: 'A bad day' })
const session = client.session(sessionId)
// What a page draws at each change.
const unsubscribe = session.subscribe(() => {})
await session.until()
for (const prompt of ['I am sad today.', 'My mother is angry with me.']) {
  console.log(`> ${prompt}`)
  const before = session.getState().turns.length
  await session.submit(prompt)
  const { turns } = await session.until((state) => state.run.status === 'idle' && state.turns.length > before)
  for (const block of turns.at(-1)?.blocks ?? []) if (block.kind === 'assistant') console.log(block.text)
}
for (const { title } of (await client.list()).sessions) console.log(`kept: ${title}`)

unsubscribe()
client.close()
// With a PORT it goes on serving, until Ctrl-C.
if (process.env.PORT !== undefined) {
  console.log(`serving at ${baseUrl}`)
  await once(process, 'SIGINT')
}
await server.close()
http.closeAllConnections()
http.close()
store.close()
