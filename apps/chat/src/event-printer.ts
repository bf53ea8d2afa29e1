import { type EventSink, jsonPrinter, type PrinterOutput, textPrinter } from '@geppetto/events'
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
