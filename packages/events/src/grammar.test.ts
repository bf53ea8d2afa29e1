import { describe, expect, it } from 'vitest'
import type { Event, EventDraft } from './event.ts'
import { createGrammarChecker, type GrammarLevel } from './grammar.ts'
import { recordRichRun } from './rich-run.test-helper.ts'

const call = { providerCallId: 'call' }
const inText = { ...call, segmentId: 'text' }
const inTool = { ...call, segmentId: 'tool', toolCallId: 'weather' }
const inServerTool = { ...call, segmentId: 'server' }

const callStarted: EventDraft = {
  type: 'provider-call-started',
  api: 'api',
  host: 'host',
  model: 'model',
  correlation: call,
}
const callFinished = (id = 'call'): EventDraft => ({
  type: 'provider-call-finished',
  correlation: call,
  record: {
    id,
    api: 'api',
    host: 'host',
    model: 'model',
    outcome: 'completed',
    stop: 'end_turn',
    startedAt: 1,
    finishedAt: 2,
  },
})
const runStarted: EventDraft = { type: 'run-started' }
const runFinished: EventDraft = { type: 'run-finished', stop: 'end_turn' }
const textStarted: EventDraft = { type: 'text-started', correlation: inText }
const textDelta = (delta: string): EventDraft => ({ type: 'text-delta', delta, correlation: inText })
const textFinished = (text: string): EventDraft => ({
  type: 'text-finished',
  text,
  outcome: 'completed',
  correlation: inText,
})
const toolStarted: EventDraft = { type: 'tool-call-started', name: 'weather', correlation: inTool }
const toolFinished: EventDraft = {
  type: 'tool-call-finished',
  name: 'weather',
  input: { state: 'parsed', value: {} },
  outcome: 'completed',
  correlation: inTool,
}
const toolCut: EventDraft = { ...toolFinished, outcome: 'failed', input: { state: 'incomplete', raw: '' } }
const executed: EventDraft = {
  type: 'tool-execution-started',
  name: 'weather',
  input: {},
  correlation: { toolCallId: 'weather' },
}
const executionFinished: EventDraft = {
  type: 'tool-execution-finished',
  name: 'weather',
  outcome: 'ok',
  content: [],
  durationMs: 1,
  correlation: { toolCallId: 'weather' },
}
const serverStarted: EventDraft = { type: 'server-tool-started', tool: 'search', correlation: inServerTool }
const serverFinished: EventDraft = {
  type: 'server-tool-finished',
  tool: 'search',
  outcome: 'completed',
  correlation: inServerTool,
}
const log: EventDraft = { type: 'log', level: 'info', message: 'hello' }
const paused: EventDraft = { type: 'debugger-paused', pauseId: 'pause', phase: 'post_tools' }
const continued: EventDraft = { type: 'debugger-continued', pauseId: 'pause', by: 'request' }
const gap: EventDraft = { type: 'gap', fromSeq: 1, toSeq: 2, count: 2 }
const step = (number: number): EventDraft => ({ type: 'step-committed', step: number })
const rolledBack = (fromSeq: number): EventDraft => ({ type: 'run-rolled-back', fromSeq, reason: 'retry' })

function stamp(drafts: readonly EventDraft[]): Event[] {
  return drafts.map((draft, index) => ({
    ...draft,
    v: 1,
    seq: index + 1,
    time: 1,
    correlation: draft.correlation ?? {},
  }))
}

function firstProblem(level: GrammarLevel, events: readonly Event[]): string | undefined {
  const checker = createGrammarChecker(level)
  for (const event of events) {
    const problem = checker.accept(event)
    if (problem !== undefined) return problem.message
  }
  return checker.end()?.message
}

const inCall = (...inside: EventDraft[]): EventDraft[] => [callStarted, ...inside, callFinished()]
const inRun = (...inside: EventDraft[]): EventDraft[] => [runStarted, ...inside, runFinished]

/** Per rule of what goes on inside a provider call: what keeps it, what breaks it, and what the checker says. */
const callRules: [string, EventDraft[], EventDraft[], string][] = [
  ['a delta follows its start', [textStarted, textDelta('a'), textFinished('a')], [textDelta('a')], 'is not open'],
  [
    'a delta is of the kind of its segment',
    [textStarted, textDelta('a'), textFinished('a')],
    [textStarted, { type: 'reasoning-delta', delta: 'a', correlation: inText }],
    'is not open',
  ],
  [
    'nothing comes after the end of a segment',
    [textStarted, textFinished('')],
    [textStarted, textFinished(''), textDelta('a')],
    'is not open',
  ],
  [
    'a segment finishes once',
    [textStarted, textFinished('')],
    [textStarted, textFinished(''), textFinished('')],
    'is not open',
  ],
  [
    'a segment starts once',
    [textStarted, textFinished('')],
    [textStarted, textFinished(''), textStarted],
    'starts a second time',
  ],
  [
    'a segment is named',
    [textStarted, textFinished('')],
    [{ type: 'text-started', correlation: call }],
    'correlation.segmentId is missing',
  ],
  [
    'a finished text is the sum of its deltas',
    [textStarted, textDelta('a'), textDelta('b'), textFinished('ab')],
    [textStarted, textDelta('a'), textDelta('b'), textFinished('a')],
    'not the sum of its deltas',
  ],
  [
    'a segment ends before its provider call',
    [textStarted, textFinished('')],
    [textStarted],
    'text is still open in it',
  ],
  [
    'a server tool ends before its provider call',
    [serverStarted, serverFinished],
    [serverStarted],
    'server-tool is still open in it',
  ],
  ['a server tool finishes what has started', [serverStarted, serverFinished], [serverFinished], 'is not open'],
  [
    'a tool call has an id',
    [toolStarted, toolFinished],
    [{ ...toolStarted, correlation: { ...call, segmentId: 'tool' } }],
    'correlation.toolCallId is missing',
  ],
  ['a tool call finishes what has started', [toolStarted, toolFinished], [toolFinished], 'is not open'],
  [
    'a call that was cut off has no parsed arguments',
    [toolStarted, toolCut],
    [toolStarted, { ...toolFinished, outcome: 'cancelled' }],
    'cannot have parsed arguments',
  ],
  [
    'news is of the call that is open',
    [{ type: 'provider-call-updated', correlation: call }],
    [{ type: 'provider-call-updated', correlation: { providerCallId: 'other' } }],
    'no provider call with this id is open',
  ],
  [
    'a segment belongs to the call that is open',
    [textStarted, textFinished('')],
    [{ type: 'text-started', correlation: { segmentId: 'text' } }],
    'no provider call is open for it',
  ],
  [
    'blocks may interleave, and what is logged may stand anywhere',
    [textStarted, toolStarted, textDelta('a'), log, toolFinished, textFinished('a')],
    [textStarted, toolStarted, textFinished(''), textFinished('')],
    'is not open',
  ],
]

describe.each(callRules)('inside a provider call: %s', (_name, good, bad, message) => {
  it('accepts what keeps it, on both levels', () => {
    expect(firstProblem('engine-call', stamp(inCall(...good)))).toBeUndefined()
    expect(firstProblem('run', stamp(inRun(...inCall(...good))))).toBeUndefined()
  })

  it('rejects what breaks it, on both levels', () => {
    expect(firstProblem('engine-call', stamp(inCall(...bad)))).toContain(message)
    expect(firstProblem('run', stamp(inRun(...inCall(...bad))))).toContain(message)
  })
})

const callWithTool = inCall(toolStarted, toolFinished)

const levelRules: [GrammarLevel, string, EventDraft[], EventDraft[], string][] = [
  ['engine-call', 'begins with provider-call-started', inCall(), [log, ...inCall()], 'the first event must be'],
  [
    'engine-call',
    'is one provider call',
    inCall(),
    [callStarted, { ...callStarted, correlation: { providerCallId: 'two' } }],
    'is one provider call',
  ],
  [
    'engine-call',
    'names its call',
    inCall(),
    [{ ...callStarted, correlation: {} }],
    'correlation.providerCallId is missing',
  ],
  ['engine-call', 'ends with provider-call-finished', inCall(), [callStarted], 'provider-call-finished is missing'],
  ['engine-call', 'has nothing after its end', inCall(log), [...inCall(), log], 'nothing may follow'],
  [
    'engine-call',
    'ends with the record of its call',
    inCall(),
    [callStarted, callFinished('other')],
    'the record is of call other',
  ],
  ['engine-call', 'does not end the run', inCall(), [callStarted, runFinished], 'it belongs to the run'],
  [
    'engine-call',
    'does not run tools',
    callWithTool,
    inCall(toolStarted, toolFinished, executed),
    'it belongs to the run',
  ],
  ['engine-call', 'does not commit', inCall(), inCall(step(1)), 'it belongs to the run'],
  ['engine-call', 'has events at all', inCall(), [], 'there was no event'],
  ['run', 'begins with run-started', inRun(), [log, ...inRun()], 'the first event must be run-started'],
  ['run', 'starts once', inRun(log), inRun(runStarted), 'a run starts once'],
  ['run', 'ends with a terminal event', inRun(), [runStarted, log], 'a terminal event is missing'],
  ['run', 'ends once', inRun(), [...inRun(), { type: 'run-cancelled', stop: 'user' }], 'nothing may follow'],
  ['run', 'has events at all', inRun(), [], 'there was no event'],
  ['run', 'leaves nothing open', inRun(...inCall()), inRun(callStarted), 'still open: provider call call'],
  ['run', 'starts a provider call once', inRun(...inCall()), inRun(...inCall(), callStarted), 'starts a second time'],
  [
    'run',
    'runs a tool after its call completed',
    inRun(...callWithTool, executed, executionFinished),
    inRun(callStarted, toolStarted, executed),
    'call weather has not completed',
  ],
  [
    'run',
    'does not run a call that was cut off',
    inRun(...callWithTool, executed, executionFinished),
    inRun(...inCall(toolStarted, toolCut), executed),
    'call weather has not completed',
  ],
  [
    'run',
    'does not run a call that was rolled back',
    inRun(...callWithTool, executed, executionFinished),
    inRun(...callWithTool, rolledBack(2), executed),
    'call weather has not completed',
  ],
  [
    'run',
    'may begin with calls of an earlier run',
    inRun(executed, executionFinished),
    inRun({ ...executed, correlation: {} }),
    'correlation.toolCallId is missing',
  ],
  [
    'run',
    'runs a tool once per call (P7)',
    inRun(executed, executionFinished),
    inRun(executed, executionFinished, executed),
    'starts a second time',
  ],
  [
    'run',
    'says ok of no tool that was not started, unless an earlier run did',
    inRun(executionFinished),
    inRun(...callWithTool, executionFinished),
    'was not started, so it cannot be ok',
  ],
  [
    'run',
    'tells once what became of a call that was never run',
    inRun({ ...executionFinished, outcome: 'denied' }),
    inRun({ ...executionFinished, outcome: 'denied' }, { ...executionFinished, outcome: 'denied' }),
    'starts a second time',
  ],
  [
    'run',
    'tells of no result without a call',
    inRun(...inCall(toolStarted, toolFinished), { ...executionFinished, outcome: 'denied' }),
    inRun(...inCall(), { ...executionFinished, outcome: 'denied' }),
    'there is no call weather',
  ],
  [
    'run',
    'leaves no execution open',
    inRun(executed, executionFinished),
    inRun(executed),
    'still open: tool execution weather',
  ],
  ['run', 'continues what was paused', inRun(paused, continued), inRun(continued), 'pause pause is not open'],
  ['run', 'leaves no pause open', inRun(paused, continued), inRun(paused), 'still open: pause pause'],
  [
    'run',
    'pauses once under an id',
    inRun(paused, continued),
    inRun(paused, continued, paused),
    'starts a second time',
  ],
  ['run', 'commits its steps in order', inRun(step(1), step(2)), inRun(step(2)), 'step 1 must come before it'],
  [
    'run',
    'rolls back what has been',
    inRun(...inCall(), rolledBack(2)),
    inRun(rolledBack(9)),
    'fromSeq must not be behind it',
  ],
  [
    'run',
    'does not roll back what is committed',
    inRun(step(1), ...inCall(), rolledBack(3)),
    inRun(...inCall(), step(1), rolledBack(2)),
    'step 1 is committed and stays',
  ],
]

describe.each(levelRules)('%s: %s', (level, _name, good, bad, message) => {
  it('accepts what keeps it', () => {
    expect(firstProblem(level, stamp(good))).toBeUndefined()
  })

  it('rejects what breaks it', () => {
    expect(firstProblem(level, stamp(bad))).toContain(message)
  })
})

describe('on both levels', () => {
  it.each([
    ['run', inRun(log)],
    ['engine-call', inCall(log)],
  ] as const)('%s: seq increases', (level, drafts) => {
    const events = stamp(drafts)
    expect(firstProblem(level, events)).toBeUndefined()
    const repeated = events.map((event, index) => ({ ...event, seq: index === 2 ? 2 : event.seq }))
    expect(firstProblem(level, repeated)).toContain('seq must be over 2')
  })

  it.each([
    ['run', [gap, textDelta('b'), textFinished('ab'), callFinished(), runFinished]],
    ['engine-call', [callStarted, gap, textFinished('ab'), callFinished()]],
  ] as const)('%s: a reader with a gap is not asked for what may have been in it', (level, drafts) => {
    expect(firstProblem(level, stamp(drafts))).toBeUndefined()
  })

  it('takes a list of rewrites with something in it', () => {
    const started = (...codes: string[]): EventDraft => ({
      ...callStarted,
      degradations: codes.map((code) => ({ code, message: 'why' })),
    })
    expect(firstProblem('engine-call', stamp([started('media-moved'), callFinished()]))).toBeUndefined()
    expect(firstProblem('engine-call', stamp([started(), callFinished()]))).toContain('degradations is empty')
  })

  it('names the event that is wrong', () => {
    const checker = createGrammarChecker('run')
    const [event] = stamp([log])
    expect(event && checker.accept(event)).toEqual({
      event,
      message: 'log (seq 1): the first event must be run-started',
    })
  })
})

it('accepts a rich run', () => {
  expect(firstProblem('run', recordRichRun())).toBeUndefined()
})
