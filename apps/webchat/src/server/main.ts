import { fileURLToPath } from 'node:url'
import { isEngineError } from '@geppetto/engine'
import { isSessionError } from '@geppetto/session'
import { explain, isSettingsError, usualLayers } from '@geppetto/settings'
import { defaultStorePath, openSqliteStore } from '@geppetto/store-sqlite'
import { defined } from '@geppetto/turns'
import { serve } from '@hono/node-server'
import { chatTools, confirmedTools } from 'chat/tools'
import { accessOf, EngineChoiceError, providers } from 'engine-choice'
import { findAnswerers } from './answerers.ts'
import { createWebchat } from './app.ts'
import { commandLine, optionsOf } from './options.ts'

/** What ELIZA waits between two words, so that its answers can be read as they come, and stopped. */
const wordDelayMs = 40

async function main(args: readonly string[]): Promise<void> {
  const line = commandLine.parse(args)
  if (line.wantsHelp) {
    console.log(commandLine.help())
    return
  }
  const { port, storePath = defaultStorePath('geppetto-webchat'), hasTools } = optionsOf(line)
  const { layer: flags, config } = line
  const defaults = { eliza: { delay_ms: wordDelayMs } }
  const access = accessOf(usualLayers({ providers, environment: process.env, flags, defaults, ...defined({ config }) }))
  if (line.printsSettings) {
    process.stdout.write(explain(access.settings))
    return
  }
  const answerers = await findAnswerers(access)
  const store = openSqliteStore(storePath)
  const { tools, failsAnyway } = chatTools(process.cwd())
  const { hono, close } = createWebchat({
    store,
    answerers,
    tools: hasTools ? tools : [],
    mustAsk: async (ctx, call) => confirmedTools.has(call.tool.name) && !(await failsAnyway(ctx, call)),
    pageFolder: fileURLToPath(new URL('../web', import.meta.url)),
  })
  const server = serve({ fetch: hono.fetch, port, hostname: '127.0.0.1' }, (address) => {
    console.log(`webchat: http://localhost:${address.port}`)
    console.log(`webchat: ${answerers[0]?.profile.label} answers; sessions are kept in ${store.path}; Ctrl-C ends it`)
  })
  server.on('error', (error) => {
    console.error(`webchat: ${error.message}; --port takes another port, 0 a free one`)
    process.exit(1)
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, async () => {
      await close()
      server.close()
      store.close()
      process.exit(0)
    })
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  const isWrongUse = error instanceof EngineChoiceError || isSettingsError(error) || isEngineError(error)
  if (!isWrongUse && !isSessionError(error)) throw error
  console.error(`webchat: ${error.message}`)
  process.exitCode = isWrongUse ? 2 : 1
}
