import type { WireEngine } from '@geppetto/engine'
import { type ChatHostOptions, createChatHost } from '@geppetto/provider-openai/host'
import { differences } from './differences.ts'

/** What {@link acmeHost} takes. */
export type AcmeHostOptions = ChatHostOptions

/** AcmeHost's Chat Completions, by plain `fetch`. @throws EngineError `invalid_options` */
export function acmeHost(options: AcmeHostOptions): WireEngine {
  return createChatHost(differences)(options)
}
