import { stringify } from 'yaml'
import { printedEvent } from './printed-event.ts'
import { type PrinterOptions, type PrinterOutput, writeTo } from './printer.ts'
import type { EventSink } from './sink.ts'

/** Prints what `jsonPrinter` prints, as one YAML document each, with `---` before it. */
export function yamlPrinter(output: PrinterOutput, options: PrinterOptions = {}): EventSink {
  return {
    publish(event) {
      const printed = printedEvent(event, options)
      if (printed === undefined) return
      // Every document stands for itself and is as it was: no references between its parts, no folded lines.
      const document = stringify(printed, { aliasDuplicateObjects: false, lineWidth: 0 })
      return writeTo(output, `---\n${document}`)
    },
  }
}
