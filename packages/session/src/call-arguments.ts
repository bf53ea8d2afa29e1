import type { Context } from '@geppetto/context'
import { quote } from '@geppetto/turns'
import { assertKnownOptions } from './known-options.ts'
import type { ResumeOptions } from './resume.ts'
import type { InferenceOptions, StartOptions } from './run-host.ts'
import { SessionError } from './session-error.ts'
import type { SubmitOptions } from './submissions.ts'

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

const signalHint = 'A signal goes with the context: background({ signal }) of @geppetto/context'
const configHint = 'Settings of the model for one run are inferenceConfig: { … }, where maxTokens is maxOutputTokens'
const handleHint =
  'A run is waited for by its handle: handle.wait(); what happens in it goes to eventSinks of the builder'
const turnHint =
  'The prompt comes first, and the session keeps the conversation: what others said is appended by session.append'

/** What other libraries call it, or where else it is said. */
export const startHints: { readonly [name: string]: string } = {
  abortSignal: signalHint,
  signal: signalHint,
  timeout: 'A time limit goes with the context: withTimeout(ctx, ms) of @geppetto/context',
  schema: 'The form of the answer is output',
  experimental_output: 'The form of the answer is output',
  system: 'It is a middleware of the builder: createEngineBuilder({ middlewares: [systemPrompt(text)] })',
  instructions: 'They are a middleware of the builder: createEngineBuilder({ middlewares: [systemPrompt(text)] })',
  messages: turnHint,
  prompt: turnHint,
  model:
    'The engine is given to the builder: createEngineBuilder({ base }); another model for one run is inferenceConfig: { model }',
  tools: 'Tools are given to the builder: createEngineBuilder({ tools })',
  toolChoice: 'It is given to the builder: createEngineBuilder({ toolConfig: { choice } })',
  maxSteps: 'It is given to the builder: createEngineBuilder({ loopConfig: { maxIterations } })',
  stopWhen: 'Steps are limited by the builder: createEngineBuilder({ loopConfig: { maxIterations } })',
  maxRetries: 'It is given to the builder: createEngineBuilder({ retry: { attempts } })',
  onFinish: handleHint,
  onChunk: handleHint,
  onError: handleHint,
  onStepFinish: handleHint,
  ...Object.fromEntries(
    [
      'temperature',
      'topP',
      'maxTokens',
      'maxOutputTokens',
      'stopSequences',
      'seed',
      'reasoning',
      'providerOptions',
    ].map((name) => [name, configHint]),
  ),
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
