import type { Context } from '@geppetto/context'
import { type Event, type EventDraft, withEventSinks } from '@geppetto/events'
import { type Tool, toolCallIdFrom } from '@geppetto/tools'
import { defined, findNonJson, type JsonValue, toErrorData } from '@geppetto/turns'
import type { RecordedToolCall } from './cassette.ts'
import { ReplayError } from './replay-error.ts'
import type { Draft, Tape } from './tape.ts'

/** The tool, with each execution written to the tape. One that runs elsewhere stays as it is. */
export function recordTool(tool: Tool, tape: Tape): Tool {
  if (tool.execute === undefined) return tool
  return Object.freeze({ ...tool, execute: (input: unknown, ctx: Context) => record(tool, tape, input, ctx) })
}

async function record(tool: Tool, tape: Tape, input: unknown, ctx: Context): Promise<unknown> {
  const startedAtMs = tape.now()
  const now = () => tape.now() - startedAtMs
  const published: { atMs: number; event: EventDraft }[] = []
  const call: Draft<RecordedToolCall> = {
    startedAtMs,
    name: tool.name,
    callId: toolCallIdFrom(ctx) ?? '',
    input: toJson(input, `the input of tool ${tool.name}`, tape),
    published,
  }
  tape.toolCalls.push(call)
  const listener = { publish: (event: Event) => void published.push({ atMs: now(), event: toDraft(event) }) }
  const stopped = () => (ctx.signal.aborted ? ({ isStopped: true } as const) : undefined)
  try {
    const output = await tool.execute?.(input, withEventSinks(ctx, listener))
    const json = output === undefined ? undefined : toJson(output, `the output of tool ${tool.name}`, tape)
    call.end = { atMs: now(), ...defined({ output: json }), ...stopped() }
    return output
  } catch (error) {
    call.end = { atMs: now(), error: toErrorData(error), ...stopped() }
    throw error
  }
}

/** As JSON, where a schema's Dates and the like would be lost: then the recording fails. */
function toJson(value: unknown, what: string, tape: Tape): JsonValue {
  const problem = findNonJson(value, what)
  if (problem === undefined) return JSON.parse(JSON.stringify(value))
  tape.fail(new ReplayError('unrecordable', `a cassette cannot hold this: ${problem}`))
  return null
}

/** Without what the hub writes on it, and will write again. */
function toDraft(event: Event): EventDraft {
  const { v: _v, seq: _seq, time: _time, correlation: _correlation, ...draft } = event
  return JSON.parse(JSON.stringify(draft))
}

/** What is compared on replay: as it would have been recorded. */
export function inputAsRecorded(input: unknown): JsonValue | undefined {
  return findNonJson(input, 'input') === undefined ? JSON.parse(JSON.stringify(input ?? null)) : undefined
}
