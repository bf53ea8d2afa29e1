import { background, type Clock, withCancel } from '@geppetto/context'
import { createEventHub, type Event, EventSequence, withCorrelation, withHub } from '@geppetto/events'
import { createTurn } from '@geppetto/turns'
import { createFrameMemory } from './frame-memory.ts'
import { ProviderCall } from './provider-call.ts'
import { createSseReader } from './sse.ts'
import { CallTimer, resolveTimeLimits } from './time-limits.ts'

/** What is kept: a list, as nobody reads it. */
const residents: object[] = []

/**
 * Sees to it that there is always a provider call with all that a delta passes through. V8 throws away the code that it compiled for objects of a kind, and for frozen ones,
 * when a garbage collection finds none of them: after each answer of a program that waits for the next prompt, which would then be read by cold code.
 */
export function keepResidentCall(): void {
  if (residents.length === 0) residents.push(...makeCall())
}

function makeCall(): readonly object[] {
  // Nothing of it is ever due.
  const clock: Clock = { now: () => 0, schedule: () => () => {} }
  const sequence = new EventSequence()
  const events: Event[] = []
  const sinks = [{ publish: (event: Event) => void events.push(event) }]
  const hub = createEventHub({ clock, sinks, sequence, keepsLog: true }).extend([])
  const run = { sessionId: 'resident', runId: 'resident', turnId: 'resident' }
  const abortion = withCancel(withCorrelation(withHub(background({ clock }), hub), run))
  const info = { api: 'resident', host: 'resident', model: 'resident' }
  const call = new ProviderCall(abortion.ctx, createTurn(), info, [])
  const timer = new CallTimer(clock, resolveTimeLimits({}), true, () => {})
  for (const epoch of [undefined, 1]) {
    sequence.epoch = epoch
    for (const writer of [call.text(), call.reasoning(), call.toolCall('resident')]) writer.append('…')
  }
  const reader = createSseReader(() => {})
  reader.push(new TextEncoder().encode('data: {"a":"…"}\n\n'))
  const memory = createFrameMemory([])
  memory.learn('message', '{"a":"…"}', { a: '…' }, ['a'], () => {})
  memory.take('message', '{"a":"…"}')
  return [call, timer, events, reader, memory]
}
