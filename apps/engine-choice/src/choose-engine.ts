import { defined, toErrorData } from '@geppetto/turns'
import { EngineChoiceError } from './engine-choice-error.ts'
import { type EngineName, type RemoteEngineName, remoteEngines } from './engine-kind.ts'
import { listModels, type ModelHost } from './list-models.ts'
import { askOllama, type OllamaAnswer } from './ollama.ts'

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
 * Takes the engine that is named; else the provider whose key is in the environment; else an Ollama on this machine; else eliza.
 * @throws EngineChoiceError saying what is missing.
 */
export async function chooseEngine(wish: EngineWish, environment: NodeJS.ProcessEnv): Promise<EngineChoice> {
  // An address that is all we know is most often that of a host that speaks Chat Completions.
  const engine = wish.engine ?? (wish.baseUrl === undefined ? undefined : 'openai-chat')
  if (engine !== undefined) return engine === 'eliza' ? chooseEliza(wish) : chooseRemote(engine, wish, environment)
  const [first, second] = defaultOrder.filter((name) => keyOf(name, environment) !== undefined)
  if (first === undefined) return chooseWithoutKey(wish, environment)
  const variable = remoteEngines[first].keyVariable
  const reason =
    second === undefined ? `${variable} is set` : `${variable} is set, and so is ${remoteEngines[second].keyVariable}`
  return { ...(await chooseRemote(first, wish, environment)), reason }
}

/** The providers, each by the better of its APIs. */
const defaultOrder: readonly RemoteEngineName[] = ['openai-responses', 'anthropic']

async function chooseWithoutKey(wish: EngineWish, environment: NodeJS.ProcessEnv): Promise<EngineChoice> {
  const noKey = `no key is set (${defaultOrder.map((name) => remoteEngines[name].keyVariable).join(', ')})`
  const ollama = await askOllama(environment)
  const model = wish.model ?? ollama.models?.[0]
  if (ollama.models !== undefined && model !== undefined)
    return { ...ollamaChoice(ollama, model), reason: `${noKey}, and an Ollama answers at ${ollama.host}` }
  const missing =
    ollama.models === undefined
      ? `no Ollama answers at ${ollama.host}`
      : `the Ollama at ${ollama.host} has no model: ollama pull NAME installs one`
  return { ...chooseEliza(wish), reason: `${noKey}, and ${missing}` }
}

function chooseEliza({ model, baseUrl }: EngineWish): ElizaChoice {
  if (model !== undefined || baseUrl !== undefined)
    throw new EngineChoiceError(
      'bad_model',
      'eliza has neither models nor an address: leave them out, or name another engine too',
    )
  return { engine: 'eliza' }
}

async function chooseRemote(
  engine: RemoteEngineName,
  wish: EngineWish,
  environment: NodeJS.ProcessEnv,
): Promise<RemoteChoice> {
  const kind = remoteEngines[engine]
  const apiKey = keyOf(engine, environment)
  const address = wish.baseUrl ?? filledText(environment[kind.baseUrlVariable])
  // Only the vendor's own host is known to want a key.
  if (apiKey === undefined && address === undefined) return chooseKeyless(engine, wish, environment)
  const baseUrl = checkAddress(address ?? kind.baseUrl)
  const host = { baseUrl, ...defined({ apiKey }) }
  const isVendors = apiKey !== undefined && wish.baseUrl === undefined
  const model = wish.model ?? (isVendors ? kind.model : await firstModel(engine, host))
  return { engine, model, ...host }
}

async function chooseKeyless(
  engine: RemoteEngineName,
  { model }: EngineWish,
  environment: NodeJS.ProcessEnv,
): Promise<RemoteChoice> {
  const { keyVariable, keyPage } = remoteEngines[engine]
  const needsKey = `${engine} needs a key: make one at ${keyPage}, put it into ${keyVariable} and start again`
  if (engine !== 'openai-chat') throw new EngineChoiceError('missing_key', needsKey)
  const ollama = await askOllama(environment)
  const wanted = model ?? ollama.models?.[0]
  if (ollama.models !== undefined && wanted !== undefined) return ollamaChoice(ollama, wanted)
  const missing = ollama.models === undefined ? `nobody answers at ${ollama.host}` : 'it has no model'
  throw new EngineChoiceError('missing_key', `${needsKey}; an Ollama needs none, but ${missing}`)
}

function ollamaChoice({ baseUrl }: OllamaAnswer, model: string): RemoteChoice {
  return { engine: 'openai-chat', model, baseUrl }
}

async function firstModel(engine: RemoteEngineName, host: ModelHost): Promise<string> {
  const until = AbortSignal.timeout(patienceMs)
  const models = await listModels(remoteEngines[engine], host, until).catch((cause: unknown) => {
    throw new EngineChoiceError('bad_model', `${toErrorData(cause).message}; look at the address, or name a model`, {
      cause,
    })
  })
  if (models[0] !== undefined) return models[0]
  throw new EngineChoiceError('bad_model', `${host.baseUrl} has no model: load one there, or name one`)
}

function checkAddress(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if ((url?.protocol === 'http:' || url?.protocol === 'https:') && url.password === '') return address
  throw new EngineChoiceError(
    'bad_address',
    'the base URL must be an address without a password, such as http://127.0.0.1:8080/v1',
  )
}

function keyOf(engine: RemoteEngineName, environment: NodeJS.ProcessEnv): string | undefined {
  return filledText(environment[remoteEngines[engine].keyVariable])
}

/** An empty variable is as good as none. */
function filledText(variable: string | undefined): string | undefined {
  return variable?.trim() || undefined
}
