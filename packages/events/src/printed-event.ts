import type { Event } from './event.ts'
import type { PrinterOptions } from './printer.ts'

/** What the JSON and YAML printers print of an event, as data; undefined when they leave it out. */
export function printedEvent(event: Event, options: PrinterOptions): object | undefined {
  if (options.full !== true && !isOutcome(event)) return undefined
  if (options.withMetadata === true) return event
  const { v: _v, seq: _seq, epoch: _epoch, time: _time, correlation, ...facts } = event
  // Two calls of one tool could not be told apart without it.
  const { toolCallId } = correlation
  if (facts.type !== 'provider-call-finished') return toolCallId === undefined ? facts : { ...facts, toolCallId }
  const {
    id: _id,
    runId: _runId,
    responseId: _responseId,
    startedAt: _start,
    finishedAt: _end,
    ...record
  } = facts.record
  return { ...facts, record }
}

/** Whether the event says what came of something, so that those alone tell the whole story. */
function isOutcome(event: Event): boolean {
  if (event.type === 'log') return event.level === 'warn' || event.level === 'error'
  if (event.type === 'provider-call-started') return event.degradations !== undefined
  return (
    event.type.startsWith('run-') || event.type.endsWith('-finished') || event.type === 'gap' || event.type === 'custom'
  )
}
