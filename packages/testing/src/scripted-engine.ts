import { type Context, sleep } from '@geppetto/context'
import {
  type Engine,
  EngineError,
  type EngineErrorCode,
  type EngineInfo,
  isEngineError,
  type ProviderCall,
  startProviderCall,
} from '@geppetto/engine'
import { defined, type JsonValue, type StopReason, type Turn, type Usage } from '@geppetto/turns'

/** One thing that a scripted call does. */
export type ScriptAction =
  /** Says the text, one delta per entry. */
  | { readonly text: string | readonly string[]; readonly refusal?: true }
  | { readonly reasoning: string | readonly string[] }
  | { readonly toolCall: string; readonly input: JsonValue }
  /** A tool call whose arguments' JSON text is given as it stands. */
  | { readonly toolCall: string; readonly raw: string }
  | { readonly delayMs: number }
  /** Waits until the call is aborted. */
  | { readonly hang: true }
  /** Waits for ever, also when the call is aborted. */
  | { readonly hang: 'deaf' }
  | { readonly usage: Usage }
  | { readonly fail: EngineErrorCode; readonly message?: string; readonly retryable?: boolean }
  /** Throws what is not an `EngineError`, without a word about what had arrived: as a careless engine does. */
  | { readonly crash: unknown }
  | { readonly run: (ctx: Context, turn: Turn) => void | Promise<void> }
  | { readonly stop: StopReason }

/** What one provider call does. Without `stop` it ends with `tool_calls` or `end_turn`, by whether there was a call. */
export type ScriptedCall = readonly ScriptAction[]

/** What an engine does: one entry per call, or asked for at each call, which counts from 1. */
export type Script = readonly ScriptedCall[] | ((turn: Turn, call: number) => ScriptedCall)

/** An engine that does what its script says. */
export interface ScriptedEngine extends Engine {
  /** The turns that it was called with. */
  readonly received: readonly Turn[]
  /** @throws Error when entries of the script were not used. */
  assertUsedUp(): void
}

/** Makes an engine that answers its first call by the first entry of the script, and so on; a call beyond the script fails. */
export function createScriptedEngine(script: Script, info?: Partial<EngineInfo>): ScriptedEngine {
  if (typeof script !== 'function') for (const [index, actions] of script.entries()) assertActions(actions, index + 1)
  const received: Turn[] = []
  const length = typeof script === 'function' ? 0 : script.length
  const facts: EngineInfo = { api: 'scripted', host: 'embedded', model: 'script', ...info }
  return {
    info: facts,
    received,
    async runInference(ctx, turn) {
      received.push(turn)
      const index = received.length - 1
      const call = startProviderCall(ctx, turn, facts)
      try {
        const actions = typeof script === 'function' ? script(turn, index + 1) : script[index]
        if (actions === undefined)
          throw new EngineError('internal', `the script has ${length} call(s), and this is number ${index + 1}`)
        assertActions(actions, index + 1)
        await perform(call, actions, turn)
        return call.finish()
      } catch (error) {
        if (error instanceof Crash) throw error.thrown
        if (ctx.signal.aborted)
          throw call.abort(new EngineError('cancelled', 'cancelled', { cause: ctx.signal.reason }))
        throw call.abort(isEngineError(error) ? error : new EngineError('internal', String(error), { cause: error }))
      }
    },
    assertUsedUp() {
      if (received.length < length)
        throw new Error(`the script has ${length} call(s), and ${received.length} were made`)
    },
  }
}

const actionNames = ['text', 'reasoning', 'toolCall', 'delayMs', 'hang', 'usage', 'fail', 'crash', 'run', 'stop']

/** @throws TypeError where a script in JavaScript holds what is no action: it would say nothing. */
function assertActions(actions: ScriptedCall, call: number): void {
  if (!Array.isArray(actions))
    throw new TypeError(`call ${call} of the script must be a list of actions, as [{ text: 'Hello' }]`)
  for (const action of actions)
    if (!actionNames.some((name) => Object.hasOwn(Object(action), name)))
      throw new TypeError(
        `call ${call} of the script holds ${JSON.stringify(action)}: an action has one of ${actionNames.join(', ')}`,
      )
}

/** Carries what a careless engine throws past our own handling. */
class Crash {
  readonly thrown: unknown

  constructor(thrown: unknown) {
    this.thrown = thrown
  }
}

async function perform(call: ProviderCall, actions: ScriptedCall, turn: Turn): Promise<void> {
  let hasCalls = false
  let stop: StopReason | undefined
  const { signal } = call.ctx
  for (const action of actions) {
    signal.throwIfAborted()
    if ('text' in action) say(call.text(), action.text, defined({ refusal: action.refusal }))
    else if ('reasoning' in action) say(call.reasoning(), action.reasoning)
    else if ('toolCall' in action) {
      hasCalls = true
      const writer = call.toolCall(action.toolCall)
      writer.append('raw' in action ? action.raw : JSON.stringify(action.input))
      writer.finish()
    } else if ('delayMs' in action) await sleep(call.ctx, action.delayMs)
    else if ('hang' in action) await hang(call.ctx, action.hang === 'deaf')
    else if ('usage' in action) call.update({ usage: action.usage })
    else if ('fail' in action)
      throw new EngineError(action.fail, action.message ?? action.fail, defined({ retryable: action.retryable }))
    else if ('crash' in action) throw new Crash(action.crash)
    else if ('run' in action) await action.run(call.ctx, turn)
    else stop = action.stop
    const { pressure } = call
    if (pressure !== undefined) await pressure
  }
  signal.throwIfAborted()
  call.stop(stop ?? (hasCalls ? 'tool_calls' : 'end_turn'))
}

/** What text and reasoning have in common. */
interface DeltaWriter<End> {
  append(delta: string): void
  finish(end?: End): void
}

function say<End>(writer: DeltaWriter<End>, text: string | readonly string[], end?: End): void {
  for (const delta of typeof text === 'string' ? [text] : text) writer.append(delta)
  writer.finish(end)
}

function hang(ctx: Context, isDeaf: boolean): Promise<void> {
  return new Promise((_, reject) => {
    if (!isDeaf) ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason), { once: true })
  })
}
