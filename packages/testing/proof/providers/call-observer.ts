import type { Event, EventSink } from '@geppetto/events'
import type { ProviderCallRecord } from '@geppetto/turns'

/** One provider call, as a sink sees it. */
interface ObservedProviderCall {
  readonly id: string
  /** The blocks that its segments become. */
  readonly blockIds: ReadonlySet<string>
  readonly record: ProviderCallRecord | undefined
}

/** A sink that tells the provider calls of a session apart. */
export interface CallObserver extends EventSink {
  readonly calls: readonly ObservedProviderCall[]
}

/** Makes a sink that tells the provider calls of a session apart. */
export function observeCalls(): CallObserver {
  const calls: { readonly id: string; readonly blockIds: Set<string>; record: ProviderCallRecord | undefined }[] = []
  return {
    calls,
    publish(event: Event) {
      const { providerCallId: id, segmentId } = event.correlation
      if (event.type === 'provider-call-started' && id !== undefined)
        calls.push({ id, blockIds: new Set(), record: undefined })
      const call = calls.findLast((other) => other.id === id)
      if (call === undefined) return
      if (segmentId !== undefined) call.blockIds.add(segmentId)
      if (event.type === 'provider-call-finished') call.record = event.record
    },
  }
}
