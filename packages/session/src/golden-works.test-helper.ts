import type { Context } from '@geppetto/context'
import { startProviderCall } from '@geppetto/engine'
import { correlationFrom, hubFrom, publish } from '@geppetto/events'
import type { ToolCallBlock, Turn } from '@geppetto/turns'
import type { RunScope } from './contract/builder.ts'

const info = { api: 'test', host: 'embedded', model: 'golden' }
const payload = (id: string) => ({ id, encrypted: 'AAAA' })

/** Says, or has done, all that a run may tell of. */
export async function tellAll(ctx: Context, turn: Turn, scope?: RunScope): Promise<Turn> {
  scope?.noteSnapshot({ phase: 'pre_inference', iteration: 1, turn, isOpen: false })
  publish(ctx, { type: 'log', level: 'warn', message: 'slow', data: { seconds: 3 } })
  publish(ctx, { type: 'info', message: 'soon' })
  publish(ctx, { type: 'custom', name: 'acme.mood', data: ['good'] })
  publish(ctx, { type: 'debugger-paused', pauseId: 'pause_1', phase: 'pre_inference', deadline: 9 })
  publish(ctx, { type: 'debugger-continued', pauseId: 'pause_1', by: 'timeout' })
  const error = { name: 'EngineError', code: 'overloaded', message: 'later' }
  publish(ctx, { type: 'provider-call-retried', attempt: 2, delayMs: 10, error })
  const call = startProviderCall(ctx, turn, info)
  call.update({
    model: 'golden-2',
    responseId: 'response_1',
    usage: { input: { uncached: 7 }, output: { text: 2 }, source: 'reported' },
  })
  const thought = call.reasoning('summary')
  thought.append('Let me see.')
  thought.finish({ payload: payload('thought') })
  const search = call.serverTool('web_search_call', 'search')
  search.progress({ status: 'searching' })
  search.finish({ input: { words: 'cats' }, output: ['a cat'] })
  const text = call.text()
  text.append('A cat.')
  text.cite({ url: 'https://example.com/cats', start: 2, end: 5 })
  text.finish({ payload: payload('text') })
  call.stop('end_turn', 'stop')
  const said = call.finish()
  scope?.noteSnapshot({ phase: 'final', iteration: 1, turn: said, isOpen: false })
  return { ...said, data: {} }
}

/** Calls two tools, of which the first is started, and tells of the second's arguments; then nothing more is heard. */
export async function beginTools(ctx: Context, turn: Turn, scope?: RunScope): Promise<Turn> {
  const call = startProviderCall(ctx, turn, info)
  for (const name of ['pay', 'send']) {
    const writer = call.toolCall(name)
    writer.append('{}')
    writer.finish()
  }
  call.stop('tool_calls')
  const called = call.finish()
  await scope?.commitCalls(called)
  const [block] = called.blocks.filter((known): known is ToolCallBlock => known.kind === 'tool-call')
  if (block !== undefined) await scope?.recordStart(block)
  const correlation = { toolCallId: block?.callId ?? '' }
  const draft = { type: 'tool-execution-started', name: 'pay', input: {}, correlation } as const
  hubFrom(ctx)?.publish(draft, correlationFrom(ctx))
  publish(ctx, { type: 'tool-execution-progress', message: 'halfway', correlation })
  return new Promise(() => {})
}

/** Thinks, and writes arguments, and comes to no end. */
export async function hangInPieces(ctx: Context, turn: Turn): Promise<Turn> {
  const call = startProviderCall(ctx, turn, info)
  call.reasoning().append('Half of a thou')
  call.toolCall('look').append('{"where":')
  return new Promise(() => {})
}

/** Fails before it says a word. */
export async function failAtOnce(): Promise<Turn> {
  throw new TypeError('no such model')
}
