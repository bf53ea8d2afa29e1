import { type EngineErrorCode, isEngineError } from '@geppetto/engine'
import { type EngineChoice, remoteEngines } from 'engine-choice'

/** What somebody may do about an answer that failed. `sign` stands before what takes another engine: `/` in a conversation, `--` before one. */
export function adviceFor(error: unknown, choice: EngineChoice, sign: '/' | '--'): string | undefined {
  if (choice.engine === 'eliza' || !isEngineError(error)) return undefined
  const { keyVariable, keyPage } = remoteEngines[choice.engine]
  const another = `${sign}engine takes another engine, and ${sign}model another model`
  const advice: { readonly [code in EngineErrorCode]?: string } = {
    auth:
      choice.apiKey === undefined
        ? `This host wants a key: put it into ${keyVariable} and start again.`
        : `Look at the key in ${keyVariable}; keys are made at ${keyPage}.`,
    permission: `The key in ${keyVariable} may not do this: ${another}.`,
    not_found: `Is there such a model? ${another}.`,
    quota: `The account that ${keyVariable} belongs to has no credit left: ${another}.`,
    rate_limit: `Wait a while; or ${another}.`,
    overloaded: `Wait a while; or ${another}.`,
    unavailable: `Wait a while; or ${another}.`,
    network: `Can ${choice.baseUrl} be reached from here? ${another}.`,
    timeout: `Try again; or ${another}.`,
    context_overflow: `The conversation has grown too long for this model: ${sign}model takes one with a larger window.`,
    invalid_request: `The model may not be able to do this: ${another}; --no-tools offers it no tools.`,
  }
  return advice[error.code]
}
