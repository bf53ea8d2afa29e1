import type { Usage } from '@geppetto/turns'
import { type ConformanceCase, defineCase } from './conformance-case.ts'
import { abortCases, maxPlaces } from './conformance-engine-abort.ts'
import { answerCases } from './conformance-engine-answer.ts'
import type { EngineScenario } from './conformance-engine-call.ts'
import { failureCases } from './conformance-engine-failure.ts'
import { sinkCases } from './conformance-engine-sinks.ts'
import { useCases } from './conformance-engine-use.ts'

/** What {@link engineConformance} takes. Its own scenario: the engine answers in text, by several deltas if it streams. */
export interface EngineConformanceOptions extends EngineScenario {
  /** The engine calls a tool, or several. */
  readonly toolCalls?: EngineScenario
  /** The call fails, best after something was said. */
  readonly failure?: EngineScenario
  /** The call says something, and then nothing more until it is aborted. */
  readonly stuck?: EngineScenario
  /** What the answer's record must state, where the wire is known: shows that the counters are disjoint. `raw` is not compared. */
  readonly usage?: Usage
  /** Whether the same turn gets the same answer. Default true; false for a model. */
  readonly isDeterministic?: boolean
  /** How soon a call must settle, and an aborted one too, in milliseconds of real time. Default 2,000. */
  readonly limitMs?: number
}

/** Engine options with their defaults. */
export interface EngineRules extends EngineConformanceOptions {
  readonly isDeterministic: boolean
  readonly limitMs: number
  define(name: string, body: () => Promise<void>): ConformanceCase
}

/** More calls than a case makes: each has the time that a call may take. */
const callsPerCase = 2 * maxPlaces

/** The rules that every engine must keep, as cases for any test runner. A scenario that is not given is not tested. */
export function engineConformance(options: EngineConformanceOptions): readonly ConformanceCase[] {
  const { limitMs = 2_000 } = options
  const define: EngineRules['define'] = (name, body) => defineCase(name, body, callsPerCase * limitMs)
  const rules: EngineRules = { isDeterministic: true, ...options, limitMs, define }
  return [
    ...answerCases('an answer', rules, rules),
    ...(rules.toolCalls === undefined ? [] : answerCases('tool calls', rules.toolCalls, rules)),
    ...useCases(rules),
    ...sinkCases(rules),
    ...abortCases(rules),
    ...(rules.failure === undefined ? [] : failureCases(rules.failure, rules)),
  ]
}
