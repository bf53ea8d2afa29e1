import type { Context } from '@geppetto/context'
import { quote } from '@geppetto/turns'
import { assertKnownOptions } from './contract/known-options.ts'
import { SessionError } from './contract/session-error.ts'
import { startHints } from './contract/start-hints.ts'
import type { InferenceOptions, StartOptions } from './contract/start-options.ts'
import type { SubmitOptions } from './queue/submissions.ts'
import type { ResumeOptions } from './runs/resume.ts'

/** How a method is called: for programs without types, which may mix up what comes where. */
interface Call {
  /** `run(prompt, ctx, options)` */
  readonly usage: string
  readonly options: unknown
  readonly ctx: unknown
  readonly names: readonly string[]
}

const start: Readonly<Record<keyof StartOptions, true>> = { output: true, inferenceConfig: true, tags: true }
const inference: Readonly<Record<keyof InferenceOptions, true>> = { ...start, requestId: true }
const submit: Readonly<Record<keyof SubmitOptions, true>> = { ...inference, whenBusy: true }
const resume: Readonly<Record<keyof ResumeOptions, true>> = { ...inference, unsureCalls: true }

/** The names of what may be said of a run, by how it is begun. */
export const optionNames: Readonly<Record<'start' | 'inference' | 'submit' | 'resume', readonly string[]>> = {
  start: Object.keys(start),
  inference: Object.keys(inference),
  submit: Object.keys(submit),
  resume: Object.keys(resume),
}

/** Says at once what stands in the wrong place, and what is none of the options. @throws SessionError, EngineError `invalid_options`; TurnError `invalid_schema` */
export function assertCall({ usage, options, ctx, names }: Call): void {
  if (isContext(options) || options instanceof AbortSignal)
    throw invalid(
      `${nameOf(options)} stands in the place of the options: it is ${usage}, and the context has its place`,
      'options',
    )
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw invalid(`the options must be an object, not ${quote(options)}: it is ${usage}`, 'options')
  if (ctx !== undefined) assertContext(ctx, usage)
  assertKnownOptions(options, names, '', startHints)
}

/** For callers without types: an abort signal or options are easily put where a context belongs. @throws SessionError `invalid_options` */
export function assertContext(ctx: unknown, usage?: string): asserts ctx is Context {
  if (isContext(ctx)) return
  const order = usage === undefined ? '' : `: it is ${usage}`
  throw invalid(
    `${nameOf(ctx)} stands in the place of the context${order}; a context is made by background({ signal }) of @geppetto/context`,
    'ctx',
  )
}

function isContext(value: unknown): value is Context {
  if (typeof value !== 'object' || value === null || !('get' in value && 'ids' in value)) return false
  const { get, ids } = value
  return typeof get === 'function' && typeof Object(ids).next === 'function'
}

function nameOf(value: unknown): string {
  if (isContext(value)) return 'a context'
  if (value instanceof AbortSignal) return 'an AbortSignal'
  return typeof value === 'object' && value !== null ? 'an object that is no context' : quote(value)
}

function invalid(message: string, field: string): SessionError {
  return new SessionError('invalid_options', message, { field })
}
