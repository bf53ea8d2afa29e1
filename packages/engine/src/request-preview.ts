import type { Turn } from '@geppetto/turns'
import type { PreparedRequest } from './engine.ts'
import { maskSecrets } from './mask-secrets.ts'
import { estimateTokens, type TokenEstimate } from './token-estimate.ts'

/** A request for people to look at: the exact one, but for secrets in it, which show as `***`. */
export interface RequestPreview extends Omit<PreparedRequest, 'target'> {
  /** Where it goes; undefined where the transport does not say. */
  readonly address?: string
  /** Those of the transport too, as far as they are known before it is sent. */
  readonly headers: PreparedRequest['headers']
  readonly estimate: TokenEstimate
}

/** Shows the request that was made of `turn`. */
export function previewRequest(request: PreparedRequest, turn: Turn): RequestPreview {
  const { target, ...own } = request
  const { headers, body } = maskSecrets(request)
  return {
    ...own,
    body,
    headers: { ...headers, ...target?.headers },
    ...(target === undefined ? undefined : { address: target.address }),
    estimate: estimateTokens(turn),
  }
}
