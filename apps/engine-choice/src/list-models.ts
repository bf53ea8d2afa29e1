import { isJsonObject, toErrorData } from '@geppetto/turns'
import { EngineChoiceError } from './engine-choice-error.ts'
import type { RemoteEngine } from './engine-kind.ts'
import { shownAddress } from './shown-address.ts'

/** Where models are asked for. */
export interface ModelHost {
  readonly baseUrl: string
  readonly apiKey?: string
}

/**
 * The models that a host offers for conversations, in its order.
 * @throws EngineChoiceError `bad_model` when it does not say.
 */
export async function listModels(
  engine: RemoteEngine,
  { baseUrl, apiKey }: ModelHost,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const address = modelsAddress(baseUrl, engine.modelsPath)
  try {
    const headers = apiKey === undefined ? {} : engine.keyHeaders(apiKey)
    const response = await fetch(address, { headers, signal, redirect: 'error' })
    if (!response.ok) throw new Error(`it answered ${response.status}`)
    const models = readModels(await response.json())
    if (models === undefined) throw new Error('it answered something else')
    return models.filter((model) => !notForConversations.test(model))
  } catch (cause) {
    throw new EngineChoiceError('bad_model', `${shownAddress(address)} does not list its models: ${reasonOf(cause)}`, {
      cause,
    })
  }
}

/** A base address may have the version, as the engines take it with and without, where the path has it too. */
function modelsAddress(baseUrl: string, path: string): string {
  const root = baseUrl.replace(/\/+$/, '')
  return (path.startsWith('/v1/') ? root.replace(/\/v1$/, '') : root) + path
}

/** By the names that hosts give to them: no list says what a model is for. */
const notForConversations =
  /embed|whisper|tts|transcribe|realtime|audio|image|dall-e|sora|moderation|babbage|davinci|rerank/i

function readModels(body: unknown): readonly string[] | undefined {
  if (!isJsonObject(body) || !Array.isArray(body.data)) return undefined
  return body.data.flatMap((entry) => (isJsonObject(entry) && typeof entry.id === 'string' ? [entry.id] : []))
}

function reasonOf(error: unknown): string {
  const { message, cause } = toErrorData(error)
  return cause === undefined || cause.message === '' ? message : cause.message
}
