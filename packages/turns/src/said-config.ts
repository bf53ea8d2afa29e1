import { defined } from './errors.ts'
import type { InferenceConfig } from './request-data.ts'

/**
 * The config without fields that are undefined, which are as good as absent. So is a `reasoning` of nothing but such fields: it is no wish to think. An
 * empty one is, as much as the model likes.
 */
export function saidConfig(config: InferenceConfig): InferenceConfig {
  const { reasoning, ...others } = config
  const said = typeof reasoning === 'object' && reasoning !== null ? defined(reasoning) : reasoning
  const isNothing = said === undefined || (said !== reasoning && isEmpty(said) && !isEmpty(reasoning))
  return { ...defined(others), ...(isNothing ? undefined : { reasoning: said }) }
}

function isEmpty(fields: object | null | undefined): boolean {
  return Object.keys(fields ?? {}).length === 0
}
