import type { Context } from '@geppetto/context'
import { correlationFrom, hubFrom } from '@geppetto/events'
import { type Tool, toolCallIdFrom } from '@geppetto/tools'
import type { RecordedToolEnd } from './cassette.ts'
import { differencesOf } from './describe-difference.ts'
import { inputAsRecorded } from './record-tool.ts'
import type { Replay } from './reel.ts'
import { isReplayError } from './replay-error.ts'
import { restoreError } from './restore-error.ts'
import { scrubJson } from './scrub.ts'
import { untilRecorded, untilStopped } from './until-recorded.ts'

/** The tool, whose executions come from the recording. One that runs elsewhere stays as it is. */
export function replayTool(tool: Tool, replay: Replay): Tool {
  if (tool.execute === undefined) return tool
  return Object.freeze({ ...tool, execute: (input: unknown, ctx: Context) => play(tool, replay, input, ctx) })
}

async function play(tool: Tool, replay: Replay, input: unknown, ctx: Context): Promise<unknown> {
  const startedAt = replay.clock.now()
  const given = scrubJson(inputAsRecorded(input), replay.scrub)
  const callId = replay.scrub(toolCallIdFrom(ctx) ?? '')
  const found = replay.toolCalls.take((recorded) => [
    ...differencesOf(recorded.name, tool.name, 'name'),
    ...differencesOf(recorded.callId, callId, 'callId'),
    ...differencesOf(recorded.input, given, 'input'),
  ])
  if (typeof found === 'string') throw replay.fail(found)
  const { published, end } = found
  // What a tool did is known, so it does it now too, whatever its signal says in between.
  const until = (atMs: number) => untilRecorded(replay, startedAt + atMs, never)
  for (const { atMs, event } of published) {
    await until(atMs)
    // A cassette may hold what a run inside the tool published, too.
    hubFrom(ctx)?.publish(event, correlationFrom(ctx))
  }
  if (end === undefined) return new Promise(() => {})
  const { isStopped, atMs } = end
  if (isStopped === true) await untilTold(replay, startedAt + atMs, ctx.signal, `the execution of tool ${tool.name}`)
  await until(atMs)
  return outcomeOf(end)
}

const never: AbortSignal = new AbortController().signal

async function untilTold(replay: Replay, time: number, signal: AbortSignal, what: string): Promise<void> {
  try {
    await untilStopped(replay, time, signal, what)
  } catch (error) {
    // Anything else is the signal's reason, which is what was waited for.
    if (isReplayError(error)) throw error
  }
}

function outcomeOf({ output, error }: RecordedToolEnd): unknown {
  if (error !== undefined) throw restoreError(error)
  return output
}
