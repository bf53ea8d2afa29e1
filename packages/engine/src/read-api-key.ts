import { toErrorData } from '@geppetto/turns'
import { EngineError, isEngineError } from './engine-error.ts'
import { withoutSecretsIn } from './safe-cause.ts'

/** The key for one request, of an option that is the key or a function that gives one. @throws EngineError `auth` where the function fails or gives none. */
export async function readApiKey(
  apiKey: string | (() => string | Promise<string>) | undefined,
): Promise<string | undefined> {
  if (typeof apiKey !== 'function') return apiKey
  const key = await given(apiKey)
  if (typeof key === 'string' && key.trim() !== '') return key
  throw new EngineError('auth', 'there is no key: the apiKey function gave none')
}

async function given(apiKey: () => unknown): Promise<unknown> {
  try {
    return await apiKey()
  } catch (thrown) {
    // It may know better, as whether to ask again.
    if (isEngineError(thrown)) throw thrown
    const cause = withoutSecretsIn(thrown)
    throw new EngineError('auth', `there is no key: ${toErrorData(thrown).message}`, { cause })
  }
}

/** What {@link readApiKey} threw, of an error that a vendor's client made of it; undefined where it is something else. */
export function keyFailureIn(error: unknown): EngineError | undefined {
  const cause: unknown = error instanceof Error ? error.cause : undefined
  return isEngineError(cause) ? cause : undefined
}
