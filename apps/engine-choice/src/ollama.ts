import { connect } from 'node:net'
import type { KeySource } from '@geppetto/settings'
import { defined } from '@geppetto/turns'
import { type Access, reach } from './access.ts'
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
  /** What the settings have for one that wants a key. */
  readonly key?: KeySource
}

/** How an Ollama is asked for. */
export interface OllamaQuestion {
  /** Default: what the settings say, as by `OLLAMA_HOST`. */
  readonly address?: string
  /** How long it may take to say what models it has, in milliseconds. Default 1,500, once it has taken a connection within 400. */
  readonly patienceMs?: number
}

/** Asks for an Ollama where its own programs look for it: where the settings say, or at port 11434 of this machine. */
export async function askOllama(access: Access, { address, patienceMs }: OllamaQuestion = {}): Promise<OllamaAnswer> {
  const { baseUrl, key } = reach(access, 'ollama', address)
  const origin = ollamaOrigin(baseUrl)
  const asked = { host: origin.host, baseUrl: `${origin.protocol}//${origin.host}/v1`, ...defined({ key: key?.value }) }
  // On most machines nobody listens, and a program that asks in vain shall not wait until `fetch` is loaded.
  if (!(await isListening(origin, AbortSignal.timeout(patienceMs ?? connectMs)))) return asked
  try {
    return {
      ...asked,
      models: await listModels(
        remoteEngines.ollama,
        { ...asked, ...defined({ apiKey: await key?.value.read() }) },
        AbortSignal.timeout(patienceMs ?? shortPatienceMs),
      ),
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

/** Where a server listens may stand for this machine. */
function ollamaOrigin(address: string = remoteEngines.ollama.baseUrl): URL {
  const origin = new URL(address)
  if (origin.hostname === '0.0.0.0' || origin.hostname === '[::]') origin.hostname = '127.0.0.1'
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
