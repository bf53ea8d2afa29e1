import type { Connection, KeySource } from '@geppetto/settings'
import { defined, toErrorData } from '@geppetto/turns'
import { type Access, addressOf, isSet, needsKey, noKey, reach, withKey } from './access.ts'
import { EngineChoiceError } from './engine-choice-error.ts'
import {
  type EngineName,
  engineOfModel,
  type RemoteEngineName,
  remoteEngines,
  type VendorEngineName,
  vendorEngines,
} from './engine-kind.ts'
import { listModels } from './list-models.ts'
import { askOllama, type OllamaAnswer, ollamaHas } from './ollama.ts'
import { shownAddress } from './shown-address.ts'

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

interface RemoteChoice {
  readonly engine: RemoteEngineName
  readonly model: string
  readonly baseUrl: string
  /** The key that is for this address. */
  readonly apiKey?: KeySource
  /** Where that stands: a file with a line, or a variable. */
  readonly keyPlace?: string
  readonly reason?: string
}

/** How long a host may take to say what models it has, in milliseconds. */
const patienceMs = 5_000

/**
 * Takes the engine that is named; else that of the model that is named; else the provider that there is a key for; else an Ollama
 * on this machine; else eliza.
 * @throws EngineChoiceError saying what is missing.
 */
export async function chooseEngine(wish: EngineWish, access: Access): Promise<EngineChoice> {
  // An address that is all we know is most often that of a host that speaks Chat Completions.
  const engine = wish.engine ?? (wish.baseUrl === undefined ? undefined : 'openai-chat')
  if (engine === 'eliza') return chooseEliza(wish)
  if (engine === 'ollama') return chooseOllama(wish, access)
  if (engine !== undefined) return chooseVendor(engine, wish, access)
  return wish.model === undefined ? chooseByKey(access) : chooseByModel(wish.model, access)
}

/** The engines, other than the chosen one, that could be had at once. */
export async function otherEngines(chosen: EngineName, access: Access): Promise<readonly RemoteEngineName[]> {
  // Without a key an Ollama was asked for already.
  const isAsked = chosen === 'ollama' || chosen === 'eliza'
  const { models = [] } = isAsked ? {} : await askOllama(access)
  const others: readonly RemoteEngineName[] = [...withKey(access), ...(models.length > 0 ? ollamaAlone : [])]
  return others.filter((name) => name !== chosen)
}

const ollamaAlone: readonly RemoteEngineName[] = ['ollama']

async function chooseByKey(access: Access): Promise<EngineChoice> {
  const [first, second] = withKey(access)
  if (first !== undefined) {
    const precedence = second === undefined ? '' : `, and comes before ${remoteEngines[second].host.keyVariable}`
    return { ...(await chooseVendor(first, {}, access)), reason: isSet(access, first) + precedence }
  }
  const ollama = await askOllama(access)
  const model = ollama.models?.[0]
  if (model !== undefined)
    return { ...ollamaChoice(ollama, model), reason: `${noKey}, and an Ollama answers at ${ollama.host}` }
  return { engine: 'eliza', reason: `${noKey}, and ${noModel(ollama)}` }
}

/** Who has the model: the vendor whose models are called so, an Ollama that has it installed, a gateway, or who else has a key. */
async function chooseByModel(model: string, access: Access): Promise<RemoteChoice> {
  const keyed = withKey(access)
  const maker = engineOfModel(model)
  if (maker !== undefined) {
    const gateway = keyed.find((name) => addressOf(access, name) !== undefined)
    const engine = keyed.includes(maker) ? maker : (gateway ?? maker)
    if (!keyed.includes(engine))
      throw new EngineChoiceError(
        'missing_key',
        `${model} is a model of ${vendorEngines[maker].vendor}, and ${needsKey(maker)}`,
      )
    const reason = engine === maker ? `${model} is a model of ${vendorEngines[maker].vendor}` : isSet(access, engine)
    return { ...(await chooseVendor(engine, { model }, access)), reason }
  }
  const ollama = await askOllama(access)
  if (ollamaHas(ollama, model))
    return { ...ollamaChoice(ollama, model), reason: `the Ollama at ${ollama.host} has ${model}` }
  const [first] = keyed
  if (first !== undefined) return { ...(await chooseVendor(first, { model }, access)), reason: isSet(access, first) }
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

async function chooseVendor(engine: VendorEngineName, wish: EngineWish, access: Access): Promise<RemoteChoice> {
  const kind = remoteEngines[engine]
  if (wish.baseUrl !== undefined) checkAddress(wish.baseUrl)
  const connection = reach(access, engine, wish.baseUrl)
  const { baseUrl = kind.baseUrl, key } = connection
  const isVendors = isSameHost(baseUrl, kind.baseUrl)
  // Only the vendor's own host is known to want a key.
  if (key === undefined && isVendors && wish.baseUrl === undefined) {
    const ollamaHint = engine === 'openai-chat' ? '; the engine ollama needs none' : ''
    throw new EngineChoiceError('missing_key', `${needsKey(engine)}${ollamaHint}`)
  }
  const hasUsual = key !== undefined && (wish.baseUrl === undefined || isVendors)
  const model = wish.model ?? (hasUsual ? kind.model : undefined) ?? (await firstModel(engine, baseUrl, connection))
  return { engine, model, baseUrl, ...defined({ apiKey: key?.value, keyPlace: key?.place }) }
}

async function chooseOllama(wish: EngineWish, access: Access): Promise<RemoteChoice> {
  if (wish.baseUrl !== undefined) checkAddress(wish.baseUrl)
  const ollama = await askOllama(access, { patienceMs, ...defined({ address: wish.baseUrl }) })
  const model = wish.model ?? ollama.models?.[0]
  if (ollama.models === undefined)
    throw new EngineChoiceError('bad_address', `${noModel(ollama)}: start it with ollama serve, or name its address`)
  if (model === undefined) throw new EngineChoiceError('bad_model', noModel(ollama))
  if (!ollamaHas(ollama, model)) throw new EngineChoiceError('bad_model', notInstalled(ollama, model))
  return ollamaChoice(ollama, model)
}

function ollamaChoice({ baseUrl, key }: OllamaAnswer, model: string): RemoteChoice {
  return { engine: 'ollama', model, baseUrl, ...defined({ apiKey: key }) }
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

async function firstModel(engine: VendorEngineName, baseUrl: string, { key, notices }: Connection): Promise<string> {
  const { keyVariable, baseUrlVariable } = remoteEngines[engine].host
  const advice =
    notices.length > 0
      ? `; ${keyVariable} goes only to its own address: if it is for this one, put that into ${baseUrlVariable}`
      : ''
  const host = { baseUrl, ...defined({ apiKey: await key?.value.read() }) }
  const until = AbortSignal.timeout(patienceMs)
  const models = await listModels(remoteEngines[engine], host, until).catch((cause: unknown) => {
    const what = toErrorData(cause).message
    const version = new URL(host.baseUrl).pathname === '/' ? `, such as ${new URL('/v1', host.baseUrl).href},` : ''
    const message = `${what}; look at the address${version} or name a model (--model)${advice}`
    throw new EngineChoiceError('bad_model', message, { cause })
  })
  if (models[0] !== undefined) return models[0]
  throw new EngineChoiceError('bad_model', `${shownAddress(host.baseUrl)} has no model: load one there, or name one`)
}

function checkAddress(address: string): void {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (!address.includes('://') && URL.canParse(`http://${address}`))
    throw new EngineChoiceError('bad_address', `the base URL must begin with http:// or https://: http://${address}`)
  if ((url?.protocol === 'http:' || url?.protocol === 'https:') && url.password === '') return
  throw new EngineChoiceError(
    'bad_address',
    'the base URL must be an address without a password, such as http://127.0.0.1:8080/v1',
  )
}

function isSameHost(one: string, other: string): boolean {
  return new URL(one).host === new URL(other).host
}
