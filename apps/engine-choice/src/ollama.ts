import { connect } from 'node:net'
import { defined } from '@geppetto/turns'
import { remoteEngines } from './engine-kind.ts'
import { listModels } from './list-models.ts'

/** How long a machine's own server that nobody has named may take to take a connection, and to say what models it has, in milliseconds. */
const connectMs = 400
const shortPatienceMs = 1_500

/** What came of asking for an Ollama. */
export interface OllamaAnswer {
  /** Where it was asked for: `127.0.0.1:11434`. */
  readonly host: string
  /** Where it speaks Chat Completions. */
  readonly baseUrl: string
  /** What is installed; undefined when nobody answered in time. */
  readonly models?: readonly string[]
  /** What the environment has for one that wants a key. */
  readonly apiKey?: string
}

/** How an Ollama is asked for. */
export interface OllamaQuestion {
  /** Default: what `OLLAMA_HOST` says. */
  readonly address?: string
  /** How long it may take to say what models it has, in milliseconds. Default 1,500, once it has taken a connection within 400. */
  readonly patienceMs?: number
}

/** Asks for an Ollama where its own programs look for it: at `OLLAMA_HOST`, or at port 11434 of this machine. */
export async function askOllama(
  environment: NodeJS.ProcessEnv,
  { address = environment.OLLAMA_HOST, patienceMs }: OllamaQuestion = {},
): Promise<OllamaAnswer> {
  const origin = ollamaOrigin(address)
  const key = environment[remoteEngines.ollama.keyVariable]?.trim() || undefined
  const apiKey = origin.origin === ollamaOrigin(environment.OLLAMA_HOST).origin ? key : undefined
  const asked = { host: origin.host, baseUrl: `${origin.protocol}//${origin.host}/v1`, ...defined({ apiKey }) }
  // On most machines nobody listens, and a program that asks in vain shall not wait until `fetch` is loaded.
  if (!(await isListening(origin, AbortSignal.timeout(patienceMs ?? connectMs)))) return asked
  try {
    return {
      ...asked,
      models: await listModels(remoteEngines.ollama, asked, AbortSignal.timeout(patienceMs ?? shortPatienceMs)),
    }
  } catch {
    // Somebody else listens there: nothing to tell.
    return asked
  }
}

/** Whether it has the model, which may be named without its tag. */
export function ollamaHas({ models = [] }: OllamaAnswer, model: string): boolean {
  return models.includes(model) || models.includes(`${model}:latest`)
}

/** Reads `OLLAMA_HOST` as Ollama does: scheme and port may be missing, and what a server listens on may stand for this machine. */
export function ollamaOrigin(given = ''): URL {
  const text = given.trim().replace(/^:/, '127.0.0.1:') || '127.0.0.1'
  const hasScheme = text.includes('://')
  const address = hasScheme ? text : `http://${text}`
  const origin = new URL(URL.canParse(address) ? address : 'http://127.0.0.1')
  if (origin.hostname === '0.0.0.0' || origin.hostname === '[::]') origin.hostname = '127.0.0.1'
  // A scheme that is given brings its own port with it.
  if (origin.port === '' && !hasScheme) origin.port = '11434'
  return origin
}

function isListening({ hostname, port, protocol }: URL, signal: AbortSignal): Promise<boolean> {
  const schemePort = protocol === 'https:' ? 443 : 80
  return new Promise((resolve) => {
    const host = hostname.replace(/^\[|\]$/g, '')
    const socket = connect({ host, port: port === '' ? schemePort : Number(port), signal })
    const end = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => end(true)).on('error', () => end(false))
  })
}
