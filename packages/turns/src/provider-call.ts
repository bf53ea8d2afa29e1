import type { ErrorData } from './errors.ts'
import type { DataKey } from './keys.ts'
import { defineCheckedKey, withMetadata } from './keys.ts'
import { adoptFields } from './own-json.ts'
import { type Check, filledText, listOf, must, number, objectWith, once, oneOf, optional, text } from './shape.ts'
import type { StopReason } from './stop-reason.ts'
import { isStopReason } from './stop-reason.ts'
import type { Turn } from './turn.ts'
import type { Usage } from './usage.ts'

/** What is kept of one provider call: how it stopped, what it used. One record each in the turn's metadata. */
export interface ProviderCallRecord {
  readonly id: string
  readonly runId?: string
  readonly api: string
  /** Who served it. */
  readonly host: string
  readonly model: string
  readonly outcome: 'completed' | 'cancelled' | 'failed'
  readonly stop: StopReason
  /** The provider's own word for why it stopped. */
  readonly providerStop?: string
  readonly usage?: Usage
  /** The provider's id of the response. */
  readonly responseId?: string
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly finishedAt: number
  readonly error?: ErrorData
}

const usage = (): Check =>
  objectWith({
    input: objectWith({ uncached: optional(number), cacheRead: optional(number), cacheWrite: optional(number) }),
    output: objectWith({ text: optional(number), reasoning: optional(number) }),
    source: oneOf('reported', 'partial', 'estimated'),
  })

/** Turn metadata: the provider calls made for this turn, in order. */
export const providerCallsKey: DataKey<readonly ProviderCallRecord[]> = defineCheckedKey('geppetto.providerCalls', () =>
  listOf(
    once(
      objectWith({
        id: filledText,
        api: text,
        host: text,
        model: text,
        outcome: oneOf('completed', 'cancelled', 'failed'),
        stop: must('a stop reason', isStopReason),
        usage: optional(usage()),
        startedAt: number,
        finishedAt: number,
      }),
    ),
  ),
)

/** The turn with one more record. A record of the same call is replaced, in its place. */
export function withProviderCall(turn: Turn, record: ProviderCallRecord): Turn {
  const records = providerCalls(turn)
  const index = records.findIndex((other) => other.id === record.id)
  const list = index < 0 ? [...records, record] : records.with(index, record)
  return withMetadata(turn, providerCallsKey, adoptFields(list, providerCallsKey.name))
}

/** The records of the provider calls made for this turn, in order. */
export function providerCalls(turn: Turn): readonly ProviderCallRecord[] {
  return providerCallsKey.read(turn.metadata) ?? []
}
