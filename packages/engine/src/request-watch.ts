import { type Context, type ContextKey, createContextKey, withValue } from '@geppetto/context'
import { correlationFrom } from '@geppetto/events'
import type { Turn } from '@geppetto/turns'
import type { PreparedRequest } from './engine.ts'
import { previewRequest, type RequestPreview } from './request-preview.ts'

/** A request as it is about to be sent. */
export interface WatchedRequest {
  /** As in the correlation of the call's events. */
  readonly providerCallId: string | undefined
  readonly request: RequestPreview
}

/** Is told of the requests of a run, for those who look for faults. What it throws fails the call. */
export type RequestWatch = (watched: WatchedRequest) => void

/** Tells a watch. What makes the preview comes with it, so that a program without one does not load that. */
type TellWatch = (ctx: Context, prepare: () => PreparedRequest, turn: Turn) => void

const watchKey: ContextKey<TellWatch> = createContextKey('request watch')

/** A context on which `watch` is told of each request that an engine made by `createAdapterEngine` sends, secrets masked; further attempts too. */
export function withRequestWatch(ctx: Context, watch: RequestWatch): Context {
  return withValue(ctx, watchKey, (called, prepare, turn) =>
    watch({ providerCallId: correlationFrom(called).providerCallId, request: previewRequest(prepare(), turn) }),
  )
}

/** Tells whoever watches; nothing is made where nobody does. */
export function tellRequest(ctx: Context, prepare: () => PreparedRequest, turn: Turn): void {
  ctx.get(watchKey)?.(ctx, prepare, turn)
}
