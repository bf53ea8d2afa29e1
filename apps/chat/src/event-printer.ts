import {
  type EventSink,
  type EventType,
  isTerminal,
  jsonPrinter,
  type PrinterOutput,
  textPrinter,
} from '@geppetto/events'
import type { ChatOptions } from './options.ts'

/** The printer that the options ask for. */
export async function createEventPrinter(options: ChatOptions, output: PrinterOutput): Promise<EventSink> {
  const { withMetadata, full } = options
  switch (options.output) {
    case 'text':
      return textPrinter(output, { withMetadata, full })
    case 'json':
      return jsonPrinter(output, { withMetadata, full })
    case 'yaml': {
      const { yamlPrinter } = await import('@geppetto/events/yaml')
      return yamlPrinter(output, { withMetadata, full })
    }
  }
}

/** The printer of an answer without what is about it: that goes to `tellUser`, or is told when it has ended. */
export function answerAlone(printer: EventSink, tellUser: (message: string) => void): EventSink {
  return {
    publish(event) {
      if (event.type === 'provider-call-retried')
        tellUser(`trying again in ${(event.delayMs / 1000).toFixed(1)} s: ${event.error.message}`)
      else if (!isTerminal(event) && !toldAtEnd.has(event.type)) return printer.publish(event)
      return undefined
    },
  }
}

/** What is in the warnings of the result too. */
const toldAtEnd: ReadonlySet<EventType> = new Set<EventType>(['provider-call-started', 'log'])
