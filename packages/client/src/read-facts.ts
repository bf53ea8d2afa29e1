import { numberIn, objectIn, textIn } from '@geppetto/engine'
import {
  defined,
  type ErrorData,
  isJsonObject,
  type JsonObject,
  type ProviderCallRecord,
  providerCallsKey,
  type Usage,
} from '@geppetto/turns'

/** How a run failed. */
export function readError(json: JsonObject | undefined): ErrorData | undefined {
  if (json === undefined) return undefined
  const { retryable } = json
  return {
    name: textIn(json, 'name') ?? 'Error',
    code: textIn(json, 'code') ?? 'unknown',
    message: textIn(json, 'message') ?? '',
    ...defined({
      retryable: typeof retryable === 'boolean' ? retryable : undefined,
      status: numberIn(json, 'status'),
      providerCode: textIn(json, 'providerCode'),
      requestId: textIn(json, 'requestId'),
      retryAfterMs: numberIn(json, 'retryAfterMs'),
    }),
  }
}

/** What a run used. */
export function readUsage(json: JsonObject | undefined): Usage | undefined {
  if (json === undefined) return undefined
  const counts = <const N extends string>(part: string, names: readonly N[]): { readonly [name in N]?: number } => {
    const found: { [name in N]?: number } = {}
    for (const name of names) {
      const count = numberIn(objectIn(json, part), name)
      if (count !== undefined) found[name] = count
    }
    return found
  }
  const source = (['reported', 'partial', 'estimated'] as const).find((each) => each === textIn(json, 'source'))
  const input = counts('input', ['uncached', 'cacheRead', 'cacheWrite'])
  return { input, output: counts('output', ['text', 'reasoning']), source: source ?? 'estimated' }
}

/** What is no record of a call is passed over: nothing but a meter depends on it. */
export function readCalls(list: readonly unknown[]): readonly ProviderCallRecord[] {
  return list.filter(isJsonObject).flatMap((call) => {
    try {
      return providerCallsKey.read({ [providerCallsKey.name]: [call] }) ?? []
    } catch {
      // Of a later version, or damaged.
      return []
    }
  })
}
