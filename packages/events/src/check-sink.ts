import { isJsonObject, quote } from '@geppetto/turns'
import { EventError } from './custom-event.ts'
import type { EventSink } from './sink.ts'

const policies: readonly unknown[] = ['block', 'coalesce', 'drop']

/** @throws EventError `invalid_sink` where a caller in JavaScript attaches what is no {@link EventSink}. */
export function assertSink(sink: EventSink): void {
  // What it really is, not what its type promises.
  const given: unknown = sink
  if (!isJsonObject(given) || typeof sink.publish !== 'function')
    throw new EventError('invalid_sink', `a sink must be an object with a method publish, not ${quote(given)}`)
  const delivery: unknown = sink.delivery
  if (delivery === undefined) return
  const policy = isJsonObject(delivery) ? delivery.policy : undefined
  if (!policies.includes(policy))
    throw new EventError(
      'invalid_sink',
      `a sink's delivery.policy must be block, coalesce or drop, not ${quote(policy)}`,
    )
}
