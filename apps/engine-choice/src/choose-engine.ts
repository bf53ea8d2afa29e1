import { defined, toErrorData } from '@geppetto/turns'
import { EngineChoiceError } from './engine-choice-error.ts'
import {
  type EngineName,
  engineOfModel,
  type RemoteEngineName,
  remoteEngines,
  type VendorEngineName,
  vendorEngines,
} from './engine-kind.ts'
import { addressOf, isSet, keyOf, needsKey, noKey, withKey } from './keys.ts'
import { listModels, type ModelHost } from './list-models.ts'
import { askOllama, type OllamaAnswer, ollamaHas } from './ollama.ts'

/** What somebody asks for; the rest is chosen. */
export interface EngineWish {
  readonly engine?: EngineName
  readonly model?: string
  readonly baseUrl?: string
}

/** An engine that can be had. */
export type EngineChoice = ElizaChoice | RemoteChoice

interface ElizaChoice {
  readonly engine: 'eliza'
  /** Why it was taken, as the end of "because …"; absent where it was named. */
  readonly reason?: string
}

interface RemoteChoice extends ModelHost {
  readonly engine: RemoteEngineName
  readonly model: string
  readonly reason?: string
}

/** How long a host may take to say what models it has, in milliseconds. */
const patienceMs = 5_000

/**
 * Takes the engine that is named; else that of the model that is named; else the provider whose key is in the environment; else an Ollama
 * on this machine; else eliza.
 * @throws EngineChoiceError saying what is missing.
 */
export async function chooseEngine(wish: EngineWish, environment: NodeJS.ProcessEnv): Promise<EngineChoice> {
  // An address that is all we know is most often that of a host that speaks Chat Completions.
  const engine = wish.engine ?? (wish.baseUrl === undefined ? undefined : 'openai-chat')
  if (engine === 'eliza') return chooseEliza(wish)
  if (engine === 'ollama') return chooseOllama(wish, environment)
  if (engine !== undefined) return chooseVendor(engine, wish, environment)
  return wish.model === undefined ? chooseByKey(environment) : chooseByModel(wish.model, environment)
}

/** The engines, other than the chosen one, that could be had at once. */
export async function otherEngines(
  chosen: EngineName,
  environment: NodeJS.ProcessEnv,
): Promise<readonly RemoteEngineName[]> {
  // Without a key an Ollama was asked for already.
  const isAsked = chosen === 'ollama' || chosen === 'eliza'
  const { models = [] } = isAsked ? {} : await askOllama(environment)
  const others: readonly RemoteEngineName[] = [...withKey(environment), ...(models.length > 0 ? ollamaAlone : [])]
  return others.filter((name) => name !== chosen)
}

const ollamaAlone: readonly RemoteEngineName[] = ['ollama']

async function chooseByKey(environment: NodeJS.ProcessEnv): Promise<EngineChoice> {
  const [first, second] = withKey(environment)
  if (first !== undefined) {
    const { keyVariable } = vendorEngines[first]
    const precedence = second === undefined ? '' : `, and comes before ${vendorEngines[second].keyVariable}`
    return { ...(await chooseVendor(first, {}, environment)), reason: `${keyVariable} is set${precedence}` }
  }
  const ollama = await askOllama(environment)
  const model = ollama.models?.[0]
  if (model !== undefined)
    return { ...ollamaChoice(ollama, model), reason: `${noKey}, and an Ollama answers at ${ollama.host}` }
  return { engine: 'eliza', reason: `${noKey}, and ${noModel(ollama)}` }
}

/** Who has the model: the vendor whose models are called so, an Ollama that has it installed, a gateway, or who else has a key. */
async function chooseByModel(model: string, environment: NodeJS.ProcessEnv): Promise<RemoteChoice> {
  const keyed = withKey(environment)
  const maker = engineOfModel(model)
  if (maker !== undefined) {
    const gateway = keyed.find((name) => addressOf(name, environment) !== undefined)
    const engine = keyed.includes(maker) ? maker : (gateway ?? maker)
    if (!keyed.includes(engine))
      throw new EngineChoiceError(
        'missing_key',
        `${model} is a model of ${vendorEngines[maker].vendor}, and ${needsKey(maker)}`,
      )
    const reason = engine === maker ? `${model} is a model of ${vendorEngines[maker].vendor}` : isSet(engine)
    return { ...(await chooseVendor(engine, { model }, environment)), reason }
  }
  const ollama = await askOllama(environment)
  if (ollamaHas(ollama, model))
    return { ...ollamaChoice(ollama, model), reason: `the Ollama at ${ollama.host} has ${model}` }
  const [first] = keyed
  if (first !== undefined) return { ...(await chooseVendor(first, { model }, environment)), reason: isSet(first) }
  const missing = ollama.models === undefined ? noModel(ollama) : notInstalled(ollama, model)
  throw new EngineChoiceError(
    'bad_model',
    `nobody is known to have ${model}: ${noKey}, and ${missing}; name who has it too, by an engine or an address`,
  )
}

function chooseEliza({ model, baseUrl }: EngineWish): ElizaChoice {
  if (model !== undefined || baseUrl !== undefined)
    throw new EngineChoiceError(
      'bad_model',
      'eliza has neither models nor an address: leave them out, or name another engine',
    )
  return { engine: 'eliza' }
}

async function chooseVendor(
  engine: VendorEngineName,
  wish: EngineWish,
  environment: NodeJS.ProcessEnv,
): Promise<RemoteChoice> {
  const kind = vendorEngines[engine]
  const ownAddress = addressOf(engine, environment)
  const address = wish.baseUrl ?? ownAddress
  const key = keyOf(engine, environment)
  // Only the vendor's own host is known to want a key.
  if (key === undefined && address === undefined) {
    const ollamaHint = engine === 'openai-chat' ? '; the engine ollama needs none' : ''
    throw new EngineChoiceError('missing_key', `${needsKey(engine)}${ollamaHint}`)
  }
  const baseUrl = checkAddress(address ?? kind.baseUrl)
  // It belongs to the address that stands beside it, and to no other.
  const apiKey = new URL(baseUrl).origin === originOf(ownAddress ?? kind.baseUrl) ? key : undefined
  const host = { baseUrl, ...defined({ apiKey }) }
  const isVendors = apiKey !== undefined && (wish.baseUrl === undefined || isSameHost(baseUrl, kind.baseUrl))
  const model = wish.model ?? (isVendors ? kind.model : await firstModel(engine, host, key !== apiKey))
  return { engine, model, ...host }
}

function originOf(address: string): string | undefined {
  return URL.canParse(address) ? new URL(address).origin : undefined
}

async function chooseOllama(wish: EngineWish, environment: NodeJS.ProcessEnv): Promise<RemoteChoice> {
  const address = wish.baseUrl === undefined ? undefined : checkAddress(wish.baseUrl)
  const ollama = await askOllama(environment, defined({ address, patienceMs }))
  const model = wish.model ?? ollama.models?.[0]
  if (ollama.models === undefined)
    throw new EngineChoiceError('bad_address', `${noModel(ollama)}: start it with ollama serve, or name its address`)
  if (model === undefined) throw new EngineChoiceError('bad_model', noModel(ollama))
  if (!ollamaHas(ollama, model)) throw new EngineChoiceError('bad_model', notInstalled(ollama, model))
  return ollamaChoice(ollama, model)
}

function ollamaChoice({ baseUrl, apiKey }: OllamaAnswer, model: string): RemoteChoice {
  return { engine: 'ollama', model, baseUrl, ...defined({ apiKey }) }
}

function noModel({ models, host }: OllamaAnswer): string {
  return models === undefined
    ? `no Ollama answers at ${host}`
    : `the Ollama at ${host} has no model: ollama pull NAME installs one`
}

function notInstalled({ host, models = [] }: OllamaAnswer, model: string): string {
  const installed = models.length === 0 ? 'none' : models.join(', ')
  return `the Ollama at ${host} has no model ${model}: ollama pull ${model} installs it (installed: ${installed})`
}

async function firstModel(engine: VendorEngineName, host: ModelHost, hasKeptKey: boolean): Promise<string> {
  const { keyVariable, baseUrlVariable } = vendorEngines[engine]
  const advice = hasKeptKey
    ? `; ${keyVariable} goes only to its own address: if it is for this one, put that into ${baseUrlVariable}`
    : ''
  const until = AbortSignal.timeout(patienceMs)
  const models = await listModels(remoteEngines[engine], host, until).catch((cause: unknown) => {
    const what = toErrorData(cause).message
    const version = new URL(host.baseUrl).pathname === '/' ? `, such as ${new URL('/v1', host.baseUrl).href},` : ''
    const message = `${what}; look at the address${version} or name a model (--model)${advice}`
    throw new EngineChoiceError('bad_model', message, { cause })
  })
  if (models[0] !== undefined) return models[0]
  throw new EngineChoiceError('bad_model', `${host.baseUrl} has no model: load one there, or name one`)
}

function checkAddress(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (!address.includes('://') && URL.canParse(`http://${address}`))
    throw new EngineChoiceError('bad_address', `the base URL must begin with http:// or https://: http://${address}`)
  if ((url?.protocol === 'http:' || url?.protocol === 'https:') && url.password === '') return address
  throw new EngineChoiceError(
    'bad_address',
    'the base URL must be an address without a password, such as http://127.0.0.1:8080/v1',
  )
}

function isSameHost(one: string, other: string): boolean {
  return new URL(one).host === new URL(other).host
}
