import { join } from 'node:path'
import { apis } from '../wire/scenario.ts'
import type { ClientInfo } from './client-info.ts'

/** What all others are compared with. */
export const floor = 'floor fetch'

const at = (file: string): string => join(import.meta.dirname, file)

const nothing = { imports: [], packages: [] }

const enginePackages = ['@geppetto/context', '@geppetto/turns']

const sessionPackages = ['@geppetto/session', '@geppetto/enginebuilder', '@geppetto/tools', '@geppetto/turns']

const sessionEntry = `export { Session } from '@geppetto/session'
export { createEngineBuilder } from '@geppetto/enginebuilder'
export { defineTool } from '@geppetto/tools'
export { assistantText } from '@geppetto/turns'
`

const engineEntry = `export { background } from '@geppetto/context'
export { assistantText, createTurn, userBlock } from '@geppetto/turns'
`

const chatByFetch = '@geppetto/provider-openai/fetch'

/** The floors and ours. */
export const ownClients: readonly ClientInfo[] = [
  { name: floor, level: 'floor', apis, module: at('floor/fetch.ts'), hasTools: true, ...nothing },
  { name: 'floor http', level: 'floor', apis, module: at('floor/http.ts'), hasTools: true, ...nothing },
  { name: 'decoder', level: 'decoder', apis, module: at('ours/decoder.ts'), hasTools: false, ...nothing },
  {
    name: 'engine /fetch',
    level: 'engine',
    apis,
    module: at('ours/engine.ts'),
    hasTools: false,
    imports: [...enginePackages, chatByFetch],
    packages: [...enginePackages, '@geppetto/provider-openai'],
    browserEntry: `${engineEntry}export { openaiChat } from '${chatByFetch}'`,
  },
  {
    name: 'engine SDK',
    level: 'engine',
    apis,
    module: at('ours/engine.ts'),
    hasTools: false,
    imports: [...enginePackages, '@geppetto/provider-openai'],
    packages: [...enginePackages, '@geppetto/provider-openai'],
    browserEntry: `${engineEntry}export { openaiChat } from '@geppetto/provider-openai'`,
  },
  {
    name: 'session /fetch',
    level: 'session',
    apis,
    module: at('ours/session.ts'),
    hasTools: true,
    imports: [...sessionPackages, chatByFetch],
    packages: [...sessionPackages, '@geppetto/provider-openai'],
    browserEntry: `${sessionEntry}export { openaiChat } from '${chatByFetch}'`,
  },
  {
    name: 'session SDK',
    level: 'session',
    apis,
    module: at('ours/session.ts'),
    hasTools: true,
    imports: [...sessionPackages, '@geppetto/provider-openai'],
    packages: [...sessionPackages, '@geppetto/provider-openai'],
    browserEntry: `${sessionEntry}export { openaiChat } from '@geppetto/provider-openai'`,
  },
  {
    name: 'session /fetch, SQLite',
    level: 'session',
    apis,
    module: at('ours/session.ts'),
    hasTools: true,
    imports: [...sessionPackages, chatByFetch, '@geppetto/store-sqlite'],
    packages: [...sessionPackages, '@geppetto/provider-openai', '@geppetto/store-sqlite'],
  },
]
