import { isRetry } from '@geppetto/middleware'
import { isJsonObject, quote, unknownOption } from '@geppetto/turns'
import { BuilderError } from './builder-error.ts'
import type { EngineBuilderOptions } from './engine-builder.ts'

const known: Readonly<Record<keyof EngineBuilderOptions, true>> = {
  base: true,
  middlewares: true,
  retry: true,
  eventSinks: true,
  tools: true,
  toolConfig: true,
  loopConfig: true,
  toolExecutor: true,
  snapshotHook: true,
  stepController: true,
  persister: true,
}

/** For callers without types: says what is wrong where it is written, and not in the middle of a run. @throws BuilderError `invalid_options` */
export function checkOptions(options: EngineBuilderOptions): void {
  if (typeof options?.base?.runInference !== 'function')
    throw invalid('base must be an engine, such as eliza() of @geppetto/provider-eliza')
  checkNames(options, Object.keys(known))
  checkNames(options.loopConfig, ['maxIterations'], 'loopConfig')
  const { tools, middlewares, eventSinks, snapshotHook } = options
  checkList('middlewares', middlewares, 'a function that takes the next one', isFunction)
  checkList('eventSinks', eventSinks, 'an object with a publish method', (sink) => hasMethod(sink, 'publish'))
  if (tools !== undefined && !Array.isArray(tools) && !('definitions' in Object(tools)))
    throw invalid('tools must be a list of tools made by defineTool, or a registry')
  if (snapshotHook !== undefined && !isFunction(snapshotHook)) throw invalid('snapshotHook must be a function')
  checkRetry(options)
  checkMethod('toolExecutor', options.toolExecutor, 'execute')
  checkMethod('stepController', options.stepController, 'pause')
  checkMethod('persister', options.persister, 'persistTurn')
  const maxIterations: unknown = options.loopConfig?.maxIterations
  if (maxIterations !== undefined && (!Number.isInteger(maxIterations) || Number(maxIterations) < 1))
    throw invalid(`loopConfig.maxIterations must be a whole number of at least 1, not ${JSON.stringify(maxIterations)}`)
}

function checkNames(options: unknown, names: readonly string[], path?: string): void {
  const problem = unknownOption(options, names, path)
  if (problem !== undefined) throw invalid(problem)
}

function checkList(name: string, list: unknown, what: string, isGood: (item: unknown) => boolean): void {
  if (list === undefined) return
  if (!Array.isArray(list)) throw invalid(`${name} must be a list`)
  const index = list.findIndex((item) => !isGood(item))
  if (index >= 0) throw invalid(`${name}[${index}] must be ${what}, not ${quote(list[index])}`)
}

function checkRetry({ retry, middlewares = [] }: EngineBuilderOptions): void {
  if (retry === undefined || retry === false) return
  if (!isJsonObject(retry)) throw invalid(`retry must be false or the options of retry(), not ${quote(retry)}`)
  if (middlewares.some(isRetry))
    throw invalid('middlewares holds a retry() with options of its own: give them there, or in retry, not both')
}

function checkMethod(name: string, value: unknown, method: string): void {
  if (value !== undefined && !hasMethod(value, method))
    throw invalid(`${name} must be an object with a ${method} method`)
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function'
}

function hasMethod(value: unknown, method: string): boolean {
  return typeof value === 'object' && value !== null && isFunction(Reflect.get(value, method))
}

function invalid(message: string): BuilderError {
  return new BuilderError('invalid_options', message)
}
