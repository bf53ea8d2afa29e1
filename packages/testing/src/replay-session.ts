import type { IdGenerator } from '@geppetto/context'
import { type Cassette, parseCassette } from './cassette.ts'
import { Reel, type Replay } from './reel.ts'
import { createReplayClock } from './replay-clock.ts'
import { ReplayError } from './replay-error.ts'
import { replayTool } from './replay-tool.ts'
import { replayTransport } from './replay-transport.ts'
import type { Scrub } from './scrub.ts'
import type { SessionProgram } from './session-world.ts'

/** What {@link replaySession} takes beside cassette and program. */
export interface ReplayOptions {
  /** The function that {@link recordSession} was given, so that requests are compared as they were recorded. */
  readonly scrub?: Scrub
}

/**
 * Runs the program in the world that was recorded: no network, no tools, and a clock that jumps from one thing to the next, so that
 * a minute takes milliseconds. Two replays do exactly the same. Resolves to what the program returns.
 * @throws ReplayError `mismatch` with the differences when the program asks for something else than what was recorded, however it
 *   took that itself; `unused` when it leaves something out; `invalid_cassette`.
 */
export async function replaySession<T>(
  cassette: Cassette,
  program: SessionProgram<T>,
  options: ReplayOptions = {},
): Promise<T> {
  const { startedAt, ids, exchanges, toolCalls } = parseCassette(cassette)
  const clock = createReplayClock(startedAt)
  const problems: ReplayError[] = []
  const replay: Replay = {
    clock,
    scrub: options.scrub ?? ((text) => text),
    exchanges: new Reel('request', exchanges),
    toolCalls: new Reel('tool call', toolCalls),
    fail(message) {
      const error = new ReplayError('mismatch', message)
      problems.push(error)
      return error
    },
  }
  const running = Promise.resolve().then(() =>
    program({
      clock,
      ids: createRecordedIds(ids),
      transport: (transport) => replayTransport(transport.host, replay),
      tool: (tool) => replayTool(tool, replay),
    }),
  )
  // How the program ended says less than why it could not go on.
  const [outcome] = await Promise.allSettled([clock.runUntil(running)])
  const [problem] = problems
  if (problem !== undefined) throw problem
  if (outcome.status === 'rejected') throw outcome.reason
  const unused = [...replay.exchanges.unused(), ...replay.toolCalls.unused()]
  if (unused.length > 0)
    throw new ReplayError('unused', `the program left out what was recorded:\n- ${unused.join('\n- ')}`)
  return outcome.value
}

/** Gives the ids that were recorded, then ids that count: a program may need more of them than it did. */
function createRecordedIds(recorded: Cassette['ids']): IdGenerator {
  const counts = new Map<string, number>()
  return {
    next(prefix) {
      const count = counts.get(prefix) ?? 0
      counts.set(prefix, count + 1)
      const known = Object.hasOwn(recorded, prefix) ? recorded[prefix]?.[count] : undefined
      return known ?? `${prefix}_more${count + 1}`
    },
  }
}
