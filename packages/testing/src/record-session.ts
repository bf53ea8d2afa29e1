import { type Clock, type IdGenerator, randomIds, systemClock } from '@geppetto/context'
import type { Cassette, RecordedExchange, RecordedToolCall } from './cassette.ts'
import { recordTool } from './record-tool.ts'
import { recordTransport } from './record-transport.ts'
import { type Scrub, scrubCassette } from './scrub.ts'
import type { SessionProgram } from './session-world.ts'
import type { Draft, RecordedIds, Tape } from './tape.ts'

/** What {@link recordSession} takes beside the program. */
export interface RecordOptions {
  /**
   * Takes secrets out of bodies, paths, errors, and what tools got and returned: `(text) => text.replaceAll(key, '[key]')`.
   * Request headers are never kept. Give the same function to {@link replaySession}.
   */
  readonly scrub?: Scrub
  /** Default: the machine's. */
  readonly clock?: Clock
  /** Default: random. */
  readonly ids?: IdGenerator
}

/** What a recording gives. */
export interface Recording<T> {
  /** What the program returned. */
  readonly value: T
  /** Plain JSON, to be kept in a file. */
  readonly cassette: Cassette
}

/**
 * Runs a program and records what the world gave it: the bytes of each response with their boundaries and times, what tools
 * returned, the clock and the ids. Rejects with what the program throws.
 * @throws ReplayError `unrecordable` when what tools got or returned is no JSON, or a body to be scrubbed is no text.
 */
export async function recordSession<T>(program: SessionProgram<T>, options: RecordOptions = {}): Promise<Recording<T>> {
  const { clock = systemClock, ids = randomIds, scrub } = options
  const startedAt = clock.now()
  const exchanges: Draft<RecordedExchange>[] = []
  const toolCalls: Draft<RecordedToolCall>[] = []
  const given: RecordedIds = {}
  let problem: Error | undefined
  const tape: Tape = {
    now: () => clock.now() - startedAt,
    exchanges,
    toolCalls,
    fail(error) {
      problem ??= error
    },
  }
  const value = await program({
    clock,
    ids: {
      next(prefix) {
        const id = ids.next(prefix)
        given[prefix] ??= []
        given[prefix].push(id)
        return id
      },
    },
    transport: (transport) => recordTransport(transport, tape),
    tool: (tool) => recordTool(tool, tape),
  })
  if (problem !== undefined) throw problem
  // A copy: what was abandoned and still goes on writes to ours.
  const cassette: Cassette = structuredClone({
    format: 'geppetto-cassette',
    version: 1,
    startedAt,
    ids: given,
    exchanges,
    toolCalls,
  })
  return { value, cassette: scrub === undefined ? cassette : scrubCassette(cassette, scrub) }
}
