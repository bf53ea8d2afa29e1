import {
  type Block,
  isSameJson,
  type JsonValue,
  quote,
  type StopReason,
  type Usage,
  usageTotals,
} from '@geppetto/turns'
import { isList } from './json.ts'
import type { Played } from './play-conversation.ts'
import { reasoningSecrets } from './reasoning-secrets.ts'
import type { Expected, ExpectedCall, ExpectedUsage } from './recordings.ts'
import { wantedOf } from './wanted.ts'

/** Where what came of an exchange differs from what must, one line per field. */
export function differencesIn(played: Played): readonly string[] {
  const { exchange, blocks } = played
  const expected = wantedOf(exchange)
  const lines: string[] = []
  const check = (field: string, actual: JsonValue | undefined, wanted: JsonValue | undefined) => {
    if (!isSameJson(actual ?? null, wanted ?? null))
      lines.push(`${exchange.id} ${field}: expected ${show(wanted)}, got ${show(actual)}`)
  }
  const answers = blocks.filter((block) => block.kind === 'assistant')
  const refusals = answers.filter(({ refusal }) => refusal === true)
  check('text', textOf(answers.filter(({ refusal }) => refusal !== true)), expected.text)
  check('refusal', refusals.length === 0 ? undefined : textOf(refusals), expected.refusal)
  check('reasoning', textOf(blocks.filter((block) => block.kind === 'reasoning')), expected.reasoning)
  check(
    'citations',
    answers.reduce((sum, { citations = [] }) => sum + citations.length, 0),
    expected.citations,
  )
  checkCalls(played, expected, check)
  checkNative(played, expected, check)
  checkEnd(played, expected, check)
  checkUsage(expected, played.record?.usage, check)
  return lines
}

type Check = (field: string, actual: JsonValue | undefined, wanted: JsonValue | undefined) => void

function textOf(blocks: readonly { readonly text: string }[]): string {
  return blocks.map(({ text }) => text).join('')
}

function show(value: JsonValue | undefined): string {
  const text = quote(value)
  return text.length > 160 ? `${text.slice(0, 160)}… (${text.length})` : text
}

function checkCalls({ blocks, executable }: Played, expected: Expected, check: Check): void {
  const { toolCalls, serverToolCalls, complete, error } = expected
  // A reducer may leave out what a cut leaves of a call; we keep it, and never run it.
  const calls = blocks
    .filter((block) => block.kind === 'tool-call')
    .filter(({ input }, index) => complete || index < toolCalls.length || input.state === 'parsed')
  check(
    'calls',
    calls.map(({ name }) => name),
    toolCalls.map(({ name }) => name),
  )
  for (const [index, wanted] of toolCalls.entries()) {
    const call = calls[index]
    if (call === undefined) continue
    const raw = unparsed(wanted)
    if (raw === undefined)
      check(`call ${index} arguments`, call.input.state === 'parsed' ? call.input.value : call.input.raw, wanted.args)
    else check(`call ${index} is not whole`, call.input.state === 'parsed' ? call.input.value : call.input.raw, raw)
    if (raw === undefined) check(`call ${index} state`, call.input.state, 'parsed')
    else check(`call ${index} may run`, call.input.state === 'parsed', false)
  }
  const mayRun = complete && error === undefined ? toolCalls.filter((call) => unparsed(call) === undefined) : []
  check(
    'executable calls',
    executable.map(({ name }) => name),
    mayRun.map(({ name }) => name),
  )
  checkServerCalls(blocks, serverToolCalls, check)
}

function unparsed({ args }: ExpectedCall): string | undefined {
  const raw = typeof args === 'object' && args !== null && !isList(args) ? args['$unparsed'] : undefined
  return typeof raw === 'string' ? raw : undefined
}

/** Each has a block of its kind, in order, with its arguments somewhere in it: the APIs put them in different places. */
function checkServerCalls(blocks: readonly Block[], calls: readonly ExpectedCall[], check: Check): void {
  const own = blocks.filter((block) => block.kind === 'provider')
  for (const [index, { id, name, args }] of calls.entries()) {
    const block = own.find(({ native }) => JSON.stringify(native?.payload ?? null).includes(id))
    check(`server call ${index}`, block !== undefined && [block.type, block.name].includes(name), true)
    const input = JSON.stringify(block?.input ?? null)
    const missing = leavesOf(args).filter((leaf) => !input.includes(JSON.stringify(leaf)))
    check(`server call ${index} arguments`, missing, [])
  }
}

function leavesOf(value: JsonValue | undefined): readonly JsonValue[] {
  if (isList(value)) return value.flatMap(leavesOf)
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(leavesOf)
  return value === undefined || value === null ? [] : [value]
}

/** What only the provider understands must be kept value-exact; so must its ids of the calls. */
function checkNative({ exchange, blocks }: Played, expected: Expected, check: Check): void {
  const kept = JSON.stringify(blocks.map(({ native }) => native?.payload ?? null))
  const isKept = (value: string) => kept.includes(JSON.stringify(value))
  // What was cut off is not sent back.
  if (!expected.complete || expected.error !== undefined) return
  check('opaque reasoning kept', reasoningSecrets(exchange).filter(isKept).length, expected.opaqueReasoning)
  check(
    'call ids kept',
    expected.toolCalls.filter(({ id }) => !isKept(id)).map(({ id }) => id),
    [],
  )
}

function checkEnd({ exchange: { response }, record, error }: Played, expected: Expected, check: Check): void {
  const isWhole = expected.complete && expected.error === undefined
  check('outcome', record?.outcome, isWhole ? 'completed' : 'failed')
  check('an error is thrown', error !== undefined, !isWhole)
  if (isWhole) {
    const { stopReason, stopDetail } = expected
    const word = stopDetail === undefined ? stopReason : `${stopReason}: ${stopDetail}`
    check('the provider’s word', record?.providerStop, word)
    const stops = stopOf(expected)
    check('stop', stops.some((stop) => stop === record?.stop) ? stops[0] : record?.stop, stops[0])
    return
  }
  if (expected.error === undefined) return check('error code', error?.code, 'protocol')
  const { code, type } = expected.error
  check('provider code', error?.providerCode, code ?? type)
  if (response.status >= 400) check('status', error?.status, response.status)
  check('the error has a class', error?.code !== 'internal' && error?.code !== 'protocol', true)
}

/** What the APIs say, in our words. A refusal that has a form of its own counts as one, whatever the API says. */
function stopOf({ stopReason, stopDetail, toolCalls, refusal }: Expected): readonly StopReason[] {
  if (refusal !== undefined) return ['refusal', 'end_turn']
  switch (stopDetail ?? stopReason) {
    case 'length':
    case 'max_tokens':
    case 'max_output_tokens':
      return ['max_tokens']
    case 'content_filter':
      return ['content_filter']
    case 'refusal':
      return ['refusal']
    case 'pause_turn':
      return ['pause_turn']
    default:
      if (stopReason === 'stop_sequence') return ['stop_sequence']
      return toolCalls.length > 0 ? ['tool_calls'] : ['end_turn']
  }
}

/** The counters are disjoint: their sums are what the provider states, and what it does not state is absent. */
function checkUsage({ usage: stated, complete }: Expected, usage: Usage | undefined, check: Check): void {
  if (stated === undefined) return check('usage', usage === undefined, true)
  if (usage === undefined) return check('usage', 'absent', 'stated')
  const totals = usageTotals(usage)
  const { input, output } = usage
  check('cache read', input.cacheRead, stated.cached)
  check('cache write', input.cacheWrite, stated.cacheWrite)
  check('reasoning tokens', output.reasoning, stated.reasoning)
  // Messages states what was cached beside its input, the others within it; it states no total.
  const isBeside = stated.total === undefined
  check('input', isBeside ? input.uncached : totals.input, stated.input)
  check('output', isReasoningBeside(stated) ? output.text : totals.output, stated.output)
  if (stated.total !== undefined) check('total', totals.total, stated.total)
  if (complete) check('source', usage.source, 'reported')
}

/** Whether a host counts reasoning beside its output, as xAI does; the total tells. */
function isReasoningBeside({ input = 0, output = 0, reasoning = 0, total }: ExpectedUsage): boolean {
  return reasoning > 0 && total === input + output + reasoning
}
