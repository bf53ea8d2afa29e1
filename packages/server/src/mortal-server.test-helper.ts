import { createServer } from 'node:http'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { openSqliteStore } from '@geppetto/store-sqlite'
import { createScriptedEngine } from '@geppetto/testing'
import { nodeListener } from './node-listener.ts'
import { createSessionServer } from './session-server.ts'

// A server in a process of its own, for a test that kills it: it begins to answer, and never ends.

const [file = ''] = process.argv.slice(2)
const store = openSqliteStore(file)
const base = createScriptedEngine(() => [{ text: ['Half ', 'of '] }, { hang: true }])
const server = createSessionServer({ store, builder: createEngineBuilder({ base }) })
const http = createServer(nodeListener(server))
http.listen(0, '127.0.0.1', () => {
  const address = http.address()
  if (typeof address === 'object') console.log(address?.port)
})
