import type { ToolExecutor } from '@geppetto/tools'
import { isJsonObject, type ToolCallBlock, type ToolResultBlock } from '@geppetto/turns'
import { BuilderError } from './builder-error.ts'

/** What an executor answered: the results that belong to calls, and what is wrong with the answer. */
export interface CheckedResults {
  readonly results: readonly ToolResultBlock[]
  readonly problem: BuilderError | undefined
}

/** Holds an executor to its contract: one result per call. */
export function checkResults(
  executor: ToolExecutor,
  calls: readonly ToolCallBlock[],
  answer: unknown,
  cause: unknown,
): CheckedResults {
  const open = new Map<string, number>()
  for (const { callId } of calls) open.set(callId, (open.get(callId) ?? 0) + 1)
  const given = isJsonObject(answer) ? answer.results : undefined
  const results: ToolResultBlock[] = []
  const faults: string[] = []
  if (!Array.isArray(given)) faults.push('it returned no list of results')
  for (const result of Array.isArray(given) ? given : []) {
    if (!isResult(result)) faults.push('what is no result')
    else if ((open.get(result.callId) ?? 0) > 0) {
      open.set(result.callId, (open.get(result.callId) ?? 0) - 1)
      results.push(result)
    } else if (open.has(result.callId)) faults.push(`a further result of call ${result.callId}`)
    else faults.push(`a result of call ${result.callId}, which it was not given`)
  }
  for (const { callId, name } of calls)
    if ((open.get(callId) ?? 0) > 0) faults.push(`no result of call ${callId} of ${name}`)
  const message = `${nameOf(executor)} must return one result per call, and returned: ${faults.join('; ')}`
  return { results, problem: faults.length === 0 ? undefined : new BuilderError('wrong_results', message, { cause }) }
}

function isResult(value: unknown): value is ToolResultBlock {
  return isJsonObject(value) && value.kind === 'tool-result' && typeof value.callId === 'string'
}

/** Its class, where it has one. */
function nameOf(executor: ToolExecutor): string {
  const name: unknown = executor.constructor?.name
  return typeof name === 'string' && name !== '' && name !== 'Object'
    ? `the tool executor ${name}`
    : 'the tool executor'
}
