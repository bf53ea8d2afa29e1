import type { Turn } from '@geppetto/turns'
import type { PreparedRequest } from './engine.ts'
import { maskSecrets } from './mask-secrets.ts'
import { estimateTokens, type TokenEstimate } from './token-estimate.ts'

/** A request for people to look at: the exact one, but for secrets in it, which show as `***`. */
export interface RequestPreview extends PreparedRequest {
  readonly estimate: TokenEstimate
}

/** Shows the request that was made of `turn`. */
export function previewRequest(request: PreparedRequest, turn: Turn): RequestPreview {
  return { ...request, ...maskSecrets(request), estimate: estimateTokens(turn) }
}
