import { type EngineErrorCode, isEngineError } from '@geppetto/engine'
import { type EngineChoice, remoteEngines, shownAddress } from 'engine-choice'

/** What somebody may do about an answer that failed. `sign` stands before what takes another engine: `/` in a conversation, `--` before one. */
export function adviceFor(error: unknown, choice: EngineChoice, sign: '/' | '--'): string | undefined {
  if (choice.engine === 'eliza' || !isEngineError(error)) return undefined
  const { host, baseUrl } = remoteEngines[choice.engine]
  const { keyVariable, keyPage, baseUrlVariable } = host
  const another = `${sign}engine takes another engine, and ${sign}model another model`
  // A conversation says by itself how to ask again.
  const again = sign === '/' ? another : `Ask again; or ${another}`
  // Whoever has begun to answer can be reached, has the model and takes the key.
  if (error.visible && brokenOff.has(error.code)) return `The answer broke off in the middle. ${again}.`
  const hasAnswered = error.status !== undefined || error.requestId !== undefined
  const address = shownAddress(choice.baseUrl)
  const isVendors = new URL(choice.baseUrl).host === new URL(baseUrl).host
  const keyPlace = choice.keyPlace ?? keyVariable
  if (error.code === 'auth' && choice.apiKey === undefined)
    return `This host wants a key: put it into ${keyVariable}, and its address into ${baseUrlVariable}, and start again.`
  const advice: { readonly [code in EngineErrorCode]?: string } = {
    auth: hasAnswered
      ? `Look at the key in ${keyPlace}; keys are made at ${keyPage}.`
      : // What failed says where.
        `${another}.`,
    permission: `The key in ${keyPlace} may not do this: ${another}.`,
    not_found: isVendors
      ? `Is there such a model? ${another}.`
      : `Is there such a model, and is ${address} the right address? ${another}.`,
    quota: `The account that the key in ${keyPlace} belongs to has no credit left: ${another}.`,
    rate_limit: `Wait a while; or ${another}.`,
    overloaded: `Wait a while; or ${another}.`,
    unavailable: `Wait a while; or ${another}.`,
    network: hasAnswered ? `${again}.` : `Is ${address} up, and can it be reached from here? ${another}.`,
    timeout: `${again}.`,
    protocol: isVendors ? `${again}.` : `Does ${address} speak what ${choice.engine} speaks? ${another}.`,
    context_overflow: `The conversation has grown too long for this model: ${sign}model takes one with a larger window.`,
    invalid_request: `The model may not be able to do this: ${another}; --no-tools offers it no tools.`,
  }
  return advice[error.code]
}

/** How an answer ends in the middle. */
const brokenOff: ReadonlySet<EngineErrorCode> = new Set<EngineErrorCode>([
  'network',
  'protocol',
  'timeout',
  'overloaded',
  'unavailable',
  'internal',
])
