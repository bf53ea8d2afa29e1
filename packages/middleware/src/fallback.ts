import type { Context } from '@geppetto/context'
import {
  callEngine,
  defineMiddleware,
  type Engine,
  EngineError,
  type EngineErrorCode,
  isEngineError,
  type Middleware,
  partialTurnOf,
  type RunInference,
  withFacts,
} from '@geppetto/engine'
import { publish } from '@geppetto/events'
import { inferenceConfigKey, inferenceConfigOf, runInferenceConfigKey, type Turn, withData } from '@geppetto/turns'
import { type AfterVisible, FailedAttempts } from './failed-attempts.ts'
import { checkAfterVisible, checkNames } from './retry-options.ts'

/** How {@link fallback} goes on. */
export interface FallbackOptions {
  /** Where content was published before the failure: `fail` (default), or `restart`, after a `run-rolled-back` event from the call's first event on. */
  readonly afterVisible?: AfterVisible
  /** Whether another engine may do better. Default: by the code; not what is wrong with the request or the program. Not asked of a call that was cancelled. */
  readonly mayHelp?: (error: EngineError) => boolean
}

/** What is of this provider, account, model or moment, and not of what it was asked. */
const codesOfOneEngine: ReadonlySet<EngineErrorCode> = new Set<EngineErrorCode>([
  'auth',
  'permission',
  'not_found',
  'rate_limit',
  'quota',
  'overloaded',
  'unavailable',
  'context_overflow',
  'unsupported',
  'timeout',
  'network',
  'protocol',
])

/**
 * Asks the engines, one after the other, when the call before failed with what another one may not have. Each gets the same turn, but for a model
 * that is asked for by name: it is asked for its own. A `log` event says so; the records of the turn say who answered.
 * In front of `retry` (as by the builder's default) the first engine is tried again before the others are asked once; behind it, all are.
 * @throws EngineError `invalid_options`
 */
export function fallback(engines: readonly Engine[], options: FallbackOptions = {}): Middleware {
  if (
    !Array.isArray(engines) ||
    engines.length === 0 ||
    engines.some((engine) => typeof engine?.runInference !== 'function')
  )
    throw new EngineError('invalid_options', 'fallback: engines must be a list of at least one engine')
  checkNames('fallback', options, ['afterVisible', 'mayHelp'])
  const others = [...engines]
  const { mayHelp = (error: EngineError) => codesOfOneEngine.has(error.code) } = options
  const afterVisible = checkAfterVisible('fallback', options.afterVisible ?? 'fail')
  return defineMiddleware('fallback', (next) => (ctx, turn) => {
    const failed = new FailedAttempts(ctx, turn)
    const ask = async (call: RunInference, [engine, ...rest]: readonly Engine[]): Promise<Turn> => {
      failed.begin()
      try {
        return failed.addTo(await call(ctx, turn))
      } catch (thrown) {
        const error = failed.addToError(thrown)
        if (engine === undefined || !isEngineError(error) || error.code === 'cancelled') throw error
        if ((error.visible && afterVisible === 'fail') || !mayHelp(error)) throw error
        failed.throwIfOver(error)
        failed.rollBack(error, 'the provider call failed and another engine is asked')
        failed.add(error)
        tell(ctx, engine, error)
        return ask((innerCtx, asked) => askOwnModel(engine, innerCtx, asked), rest)
      }
    }
    return ask(next, others)
  })
}

function tell(ctx: Context, { info }: Engine, { code, message }: EngineError): void {
  const { api, host, model } = info
  const data = { code, api, host, model }
  publish(ctx, { type: 'log', level: 'warn', message: `asking ${model} of ${host} instead: ${message}`, data })
}

/** Calls the engine for its own model: the name of another provider's means nothing to it. The turn keeps the name. */
async function askOwnModel(engine: Engine, ctx: Context, turn: Turn): Promise<Turn> {
  if (inferenceConfigOf(turn).model === undefined) return callEngine(engine, ctx, turn)
  try {
    return withModelsOf(turn, await callEngine(engine, ctx, withoutModels(turn)))
  } catch (error) {
    const partial = partialTurnOf(error)
    if (partial === undefined || !isEngineError(error)) throw error
    throw withFacts(error, { partial: withModelsOf(turn, partial) })
  }
}

const configKeys = [inferenceConfigKey, runInferenceConfigKey]

function withoutModels(turn: Turn): Turn {
  return configKeys.reduce((made, key) => {
    const { model, ...rest } = key.read(made.data) ?? {}
    return model === undefined ? made : withData(made, key, rest)
  }, turn)
}

function withModelsOf(named: Turn, turn: Turn): Turn {
  return configKeys.reduce((made, key) => {
    const model = key.read(named.data)?.model
    return model === undefined ? made : withData(made, key, { ...key.read(made.data), model })
  }, turn)
}
