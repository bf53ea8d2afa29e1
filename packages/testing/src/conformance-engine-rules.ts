import { type EngineError, isEngineError } from '@geppetto/engine'
import { createGrammarChecker, type Event, foldEvents, isDelta } from '@geppetto/events'
import {
  type Block,
  type ProviderCallRecord,
  providerCalls,
  type Turn,
  type Usage,
  usageTotals,
  validateTurn,
} from '@geppetto/turns'
import { check, checkSame } from './conformance-case.ts'
import { foreignFact } from './conformance-engine-call.ts'

/** @throws Error naming the first event that is out of order, or missing. */
export function checkGrammar(events: readonly Event[]): void {
  const checker = createGrammarChecker('engine-call')
  for (const event of events) {
    // The hub's own word about a sink may come at any time.
    if (event.type === 'log') continue
    const problem = checker.accept(event)
    check(problem === undefined, problem?.message ?? '')
  }
  const missing = checker.end()
  check(missing === undefined, missing?.message ?? '')
}

/** What came back is the turn that was given, with more blocks at its end. */
export function checkTurn(input: Turn, output: Turn): void {
  const { blocks, metadata, ...facts } = output
  const { blocks: before, metadata: earlier, ...given } = input
  checkSame(facts, given, 'the turn’s id, time or data changed')
  checkSame(blocks.slice(0, before.length), before, 'the blocks of its input are not the first, or changed')
  checkSame(metadata[foreignFact], earlier[foreignFact], 'metadata of others changed')
  const [problem] = validateTurn(output, { open: true })
  check(problem === undefined, `the turn is not valid: ${problem?.message ?? ''}`)
}

/** The blocks that were added are those that the events tell of. */
export function checkFold(input: Turn, output: Turn, events: readonly Event[]): void {
  const added = output.blocks.slice(input.blocks.length)
  checkSame(
    added.map(visiblePart),
    foldEvents(events).blocks.map(visiblePart),
    'the blocks are not those that the events tell of',
  )
}

/** What events can tell of a block: not the provider's own form of it, nor when exactly it was made. */
function visiblePart(block: Block): object {
  const { createdAt: _, native: __, metadata: ___, ...part } = block
  return part
}

/** The one record that the call added. */
export function recordOf(input: Turn, output: Turn): ProviderCallRecord {
  const [earlier, records] = [providerCalls(input), providerCalls(output)]
  checkSame(records.slice(0, earlier.length), earlier, 'records of earlier calls changed')
  const [record, ...others] = records.slice(earlier.length)
  check(record !== undefined, 'the turn’s metadata has no record of the call')
  check(others.length === 0, `the turn’s metadata has ${others.length + 1} records of one call`)
  return record
}

/** The record in the turn is the one of the last event, and of a call that went on between its times. */
export function checkRecord(
  input: Turn,
  output: Turn,
  events: readonly Event[],
  outcome: ProviderCallRecord['outcome'],
): void {
  const record = recordOf(input, output)
  const last = events.findLast((event) => event.type === 'provider-call-finished')
  checkSame(record, last?.record, 'the record in the turn is not that of provider-call-finished')
  check(record.outcome === outcome, `the record’s outcome is ${record.outcome}, not ${outcome}`)
  check(record.finishedAt >= record.startedAt, 'the record ends before it begins')
  check(
    (record.error === undefined) === (outcome === 'completed'),
    `a ${outcome} call’s record says otherwise of errors`,
  )
}

const counters = ['uncached', 'cacheRead', 'cacheWrite'] as const

/** What is not known is absent: a zero is a statement. */
export function checkUsage(input: Turn, output: Turn, events: readonly Event[], expected: Usage | undefined): void {
  const { usage } = recordOf(input, output)
  const told = events.findLast((event) => event.type === 'provider-call-updated' && event.usage !== undefined)
  if (told?.type === 'provider-call-updated')
    checkSame(usage, told.usage, 'the record’s usage is not the last that was told')
  if (usage !== undefined) {
    const all = [...Object.values(usage.input), ...Object.values(usage.output)]
    for (const count of all)
      check(Number.isFinite(count) && Number(count) >= 0, `a counter is ${count}: a counter is a number of tokens`)
    const stated = counters.filter((counter) => usage.input[counter] !== undefined)
    check(
      stated.length === 0 || input.blocks.length === 0 || usageTotals(usage).input > 0,
      'the input counters sum up to 0 for a prompt that is not empty: leave out what is not known',
    )
    const saidSomething = output.blocks.length > input.blocks.length
    check(
      !saidSomething || Object.keys(usage.output).length === 0 || usageTotals(usage).output > 0,
      'the output counters sum up to 0 though something was said: leave out what is not known',
    )
  }
  if (expected === undefined) return
  check(usage !== undefined, 'there is no usage, though some was reported')
  const { raw: _, ...stated } = usage
  const { raw: __, ...wanted } = expected
  checkSame(stated, wanted, 'the counters are not disjoint, or not as reported')
}

/** @throws Error unless it is an `EngineError` that carries the turn so far, with all that the events tell of. */
export function checkFailure(
  input: Turn,
  error: unknown,
  events: readonly Event[],
): { readonly error: EngineError; readonly partial: Turn } {
  check(isEngineError(error), `it rejected with ${String(error)}, which is no EngineError`)
  const { partial } = error
  check(partial !== undefined, `the error (${error.code}) has no partial: what had arrived is lost`)
  checkTurn(input, partial)
  checkFold(input, partial, events)
  const sawContent = events.some((event) => isDelta(event) || event.type === 'tool-call-started')
  check(!sawContent || error.visible, 'content was published, and the error says visible: false')
  return { error, partial }
}

/** As {@link checkFailure}, for a call that was aborted. */
export function checkCancelled(input: Turn, error: unknown, events: readonly Event[]): Turn {
  const failure = checkFailure(input, error, events)
  check(failure.error.code === 'cancelled', `it rejected with ${failure.error.code}, not cancelled`)
  return failure.partial
}
