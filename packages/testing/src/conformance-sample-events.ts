import type { Correlation, Event, EventDraft } from '@geppetto/events'
import { frozenJson, type ProviderCallRecord } from '@geppetto/turns'

const record: ProviderCallRecord = {
  id: 'pc_1',
  runId: 'run_1',
  api: 'sample',
  host: 'sample.example',
  model: 'sample-1',
  outcome: 'completed',
  stop: 'tool_calls',
  usage: { input: { uncached: 12 }, output: { text: 5 }, source: 'reported' },
  startedAt: 1_000,
  finishedAt: 1_030,
}

const ofCall: Correlation = { providerCallId: 'pc_1' }
const ofReasoning: Correlation = { ...ofCall, segmentId: 'blk_1' }
const ofText: Correlation = { ...ofCall, segmentId: 'blk_2' }
const ofToolCall: Correlation = { ...ofCall, segmentId: 'blk_3', toolCallId: 'call_1' }
const ofServerTool: Correlation = { ...ofCall, segmentId: 'blk_4' }
const ofExecution: Correlation = { segmentId: 'blk_5', toolCallId: 'call_1' }
const ofOtherText: Correlation = { providerCallId: 'pc_2', segmentId: 'blk_6' }
/** Text that breaks what counts bytes, or takes one unit for one letter, or writes to a terminal. */
const difficult = 'naïve 👩‍👩‍👧 \u0000 \u001b[31m \u202e "quoted" <b> \r\n\t'

/** A run with an event of every type that ends it as asked for, in an order that keeps the grammar. */
function drafts(): readonly EventDraft[] {
  return [
    { type: 'run-started', tags: { from: 'conformance' } },
    { type: 'provider-call-started', api: 'sample', host: 'sample.example', model: 'sample-1', correlation: ofCall },
    { type: 'provider-call-updated', model: 'sample-1-large', responseId: 'response_1', correlation: ofCall },
    { type: 'reasoning-started', correlation: ofReasoning },
    { type: 'reasoning-delta', delta: 'Let me ', correlation: ofReasoning },
    { type: 'text-started', correlation: ofText },
    { type: 'text-delta', delta: 'I look ', correlation: ofText },
    { type: 'reasoning-delta', delta: 'see.', correlation: ofReasoning },
    {
      type: 'reasoning-finished',
      text: 'Let me see.',
      outcome: 'completed',
      form: 'summary',
      correlation: ofReasoning,
    },
    { type: 'text-delta', delta: '', correlation: ofText },
    { type: 'text-delta', delta: difficult, correlation: ofText },
    { type: 'citation', citation: { url: 'https://sample.example' }, correlation: ofText },
    { type: 'text-finished', text: `I look ${difficult}`, outcome: 'completed', correlation: ofText },
    { type: 'server-tool-started', tool: 'search', name: 'search', correlation: ofServerTool },
    { type: 'server-tool-progress', tool: 'search', status: 'searching', correlation: ofServerTool },
    { type: 'server-tool-finished', tool: 'search', outcome: 'completed', output: ['x'], correlation: ofServerTool },
    { type: 'tool-call-started', name: 'get_weather', correlation: ofToolCall },
    { type: 'tool-call-delta', delta: '{"city":', correlation: ofToolCall },
    { type: 'tool-call-delta', delta: '"Oslo"}', correlation: ofToolCall },
    {
      type: 'tool-call-finished',
      name: 'get_weather',
      input: { state: 'parsed', value: { city: 'Oslo' } },
      outcome: 'completed',
      correlation: ofToolCall,
    },
    { type: 'provider-call-finished', record, correlation: ofCall },
    { type: 'debugger-paused', pauseId: 'pause_1', phase: 'post_inference' },
    { type: 'debugger-continued', pauseId: 'pause_1', by: 'request' },
    { type: 'tool-execution-started', name: 'get_weather', input: { city: 'Oslo' }, correlation: ofExecution },
    { type: 'tool-execution-progress', message: 'asking', data: { part: 1 }, correlation: ofExecution },
    {
      type: 'tool-execution-finished',
      name: 'get_weather',
      outcome: 'ok',
      content: [{ type: 'text', text: 'snow' }],
      durationMs: 12,
      correlation: ofExecution,
    },
    { type: 'step-committed', step: 1 },
    {
      type: 'provider-call-started',
      api: 'sample',
      host: 'sample.example',
      model: 'sample-1',
      correlation: { providerCallId: 'pc_2' },
    },
    { type: 'text-started', correlation: ofOtherText },
    { type: 'text-delta', delta: 'It is sn', correlation: ofOtherText },
    { type: 'text-finished', text: 'It is sn', outcome: 'failed', correlation: ofOtherText },
    {
      type: 'provider-call-finished',
      record: { ...record, id: 'pc_2', outcome: 'failed', stop: 'error', error },
      correlation: { providerCallId: 'pc_2' },
    },
    { type: 'run-rolled-back', fromSeq: 28, reason: 'the provider was overloaded' },
    { type: 'provider-call-retried', attempt: 2, delayMs: 500, error },
    { type: 'log', level: 'warn', message: difficult, data: { nested: [null, true, 1.5, ''] } },
    { type: 'info', message: 'almost there' },
    { type: 'custom', name: 'sample.mood', data: { mood: difficult } },
  ]
}

const error = { name: 'EngineError', code: 'overloaded', message: 'overloaded' } as const

const endings: readonly EventDraft[] = [
  { type: 'run-finished', stop: 'end_turn', usage: { input: {}, output: {}, source: 'partial' } },
  { type: 'run-cancelled', stop: 'user' },
  { type: 'run-failed', stop: 'error', error },
  { type: 'run-waiting', stop: 'tool_calls', pending: ['call_1'] },
]

/** A draft as the hub stamps it. The value that comes is frozen. */
function stamp(draft: EventDraft, seq: number, runId: string): Event {
  const correlation = { sessionId: 'ses_1', runId, turnId: 'turn_1', ...draft.correlation }
  return frozenJson<Event>({ ...draft, v: 1, seq, time: 1_000 + seq, correlation }, 'event')
}

/** One run for each way to end, with all else that can be in one. */
export function sampleRuns(): readonly (readonly Event[])[] {
  return endings.map((ending, index) =>
    [...drafts(), ending].map((draft, place) => stamp(draft, place + 1, `run_${index + 1}`)),
  )
}

/** A stretch of events that a reader has missed. */
export function sampleGap(after: Event, before: Event): Event {
  const { runId = '' } = after.correlation
  const [fromSeq, toSeq] = [after.seq + 1, before.seq - 1]
  return stamp({ type: 'gap', fromSeq, toSeq, count: toSeq - fromSeq + 1 }, toSeq, runId)
}
