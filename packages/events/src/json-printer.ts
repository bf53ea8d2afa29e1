import { printedEvent } from './printed-event.ts'
import { type PrinterOptions, type PrinterOutput, writeTo } from './printer.ts'
import type { EventSink } from './sink.ts'

/**
 * Prints one JSON object a line: what finished, the run's own events, degradations, roll-backs, warnings and custom events; with `full` every
 * event. Ids, numbers and times of events are left out, unless `withMetadata` asks for them.
 */
export function jsonPrinter(output: PrinterOutput, options: PrinterOptions = {}): EventSink {
  return {
    publish(event) {
      const printed = printedEvent(event, options)
      return printed === undefined ? undefined : writeTo(output, `${JSON.stringify(printed)}\n`)
    },
  }
}
