import { type ContentPart, type JsonValue, type ProviderCallRecord, type Usage, usageTotals } from '@geppetto/turns'
import type { Degradation } from './degradation.ts'
import type { Event, EventOf } from './event.ts'
import type { PrinterOptions } from './printer.ts'

/** How much of arguments and results is shown unless all is asked for, in characters. */
const longest = 200

/** The line that tells people of an event; undefined when there is nothing to tell. What streams is not told here. */
export function textLine(event: Event, options: PrinterOptions): string | undefined {
  const full = options.full === true
  const withMetadata = options.withMetadata === true
  switch (event.type) {
    case 'run-finished':
      return event.stop === 'end_turn' || event.stop === 'stop_sequence' ? undefined : `[stopped: ${event.stop}]`
    case 'run-cancelled':
      return `[cancelled: ${event.stop}]`
    case 'run-failed':
      return `[failed: ${event.error.code}] ${event.error.message}`
    case 'run-waiting':
      return `[waiting for results: ${event.pending.join(', ')}]`
    case 'run-rolled-back':
      return `[rolled back] the answer above does not count: ${event.reason}`
    case 'gap':
      return `[gap] ${event.count} events are missing here`
    case 'tool-call-finished':
      return callLine(event, full)
    case 'tool-execution-finished':
      return resultLine(event, options)
    case 'server-tool-finished':
      return serverToolLine(event, full)
    case 'debugger-paused':
      return `[paused: ${event.phase}]`
    case 'log':
      return full || event.level === 'warn' || event.level === 'error'
        ? `[${event.level}] ${event.message}${full ? dataText(event.data) : ''}`
        : undefined
    case 'provider-call-finished':
      return withMetadata ? providerCallLine(event.record) : undefined
    case 'provider-call-retried':
      return `[trying again in ${(event.delayMs / 1_000).toFixed(1)} s] ${event.error.message}`
    default:
      return full ? fullLine(event) : undefined
  }
}

/** The line for a rewrite that a request needed. */
export function degradationLine({ code, message }: Degradation): string {
  return `[${code}] ${clip(message.replaceAll('\n', ' '), false)}`
}

/** What only those see who asked for everything. */
function fullLine(event: Event): string | undefined {
  switch (event.type) {
    case 'step-committed':
      return `[step ${event.step} committed]`
    case 'tool-execution-progress':
      return `[progress] ${event.message ?? ''}${dataText(event.data)}`
    case 'debugger-continued':
      return `[continued by ${event.by}]`
    case 'info':
      return `[info] ${event.message}${dataText(event.data)}`
    case 'custom':
      return `[${event.name}]${dataText(event.data)}`
    default:
      return undefined
  }
}

function callLine({ name, input, outcome }: EventOf<'tool-call-finished'>, full: boolean): string {
  const isParsed = input.state === 'parsed'
  const text = clip(isParsed ? JSON.stringify(input.value) : input.raw, full)
  const mark = outcome === 'completed' ? (isParsed ? '' : ` (${input.state})`) : ` [cut off: ${outcome}]`
  return `[call ${name}] ${text}${mark}`
}

function resultLine(event: EventOf<'tool-execution-finished'>, { full, withMetadata }: PrinterOptions): string {
  const text = clip(event.content.map(partText).join('\n'), full === true).replaceAll('\n', '\n    ')
  const duration = withMetadata === true ? ` (${event.durationMs} ms)` : ''
  return `[result ${event.name}: ${event.outcome}] ${text}${duration}`
}

function serverToolLine(event: EventOf<'server-tool-finished'>, full: boolean): string {
  const name = event.name === undefined ? event.tool : `${event.tool} ${event.name}`
  const mark = event.outcome === 'completed' ? '' : `: ${event.outcome}`
  return `[${name}${mark}]${full ? dataText(event.input) + dataText(event.output) : ''}`
}

function providerCallLine(record: ProviderCallRecord): string {
  const { api, host, model, stop, providerStop, usage, outcome, error } = record
  const facts = [
    outcome === 'completed' ? undefined : outcome,
    `stop ${stop}${providerStop === undefined ? '' : ` (${providerStop})`}`,
    usage === undefined ? 'usage unknown' : usageText(usage),
    `${record.finishedAt - record.startedAt} ms`,
    error === undefined ? undefined : `${error.code}: ${error.message}`,
  ]
  return `[provider call ${api} ${host} ${model}] ${facts.filter((fact) => fact !== undefined).join(', ')}`
}

function usageText(usage: Usage): string {
  const { input, output } = usageTotals(usage)
  const cached = usage.input.cacheRead === undefined ? '' : ` (${usage.input.cacheRead} cached)`
  const reasoning = usage.output.reasoning === undefined ? '' : ` (${usage.output.reasoning} reasoning)`
  const source = usage.source === 'reported' ? '' : ` (${usage.source})`
  return `${input} tokens in${cached}, ${output} out${reasoning}${source}`
}

function partText(part: ContentPart): string {
  if (part.type === 'text') return part.text
  return `(${part.type}${part.mediaType === undefined ? '' : ` ${part.mediaType}`})`
}

function dataText(data: JsonValue | undefined): string {
  return data === undefined ? '' : ` ${JSON.stringify(data)}`
}

function clip(text: string, full: boolean): string {
  return full || text.length <= longest ? text : `${text.slice(0, longest)}… (${text.length} characters)`
}
