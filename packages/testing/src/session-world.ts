import type { Clock, IdGenerator } from '@geppetto/context'
import type { Transport } from '@geppetto/engine'
import type { Tool } from '@geppetto/tools'

/** All that a program gets from outside, recorded or replayed. What it does not get from here has to be the same each time. */
export interface SessionWorld {
  /** For the session: `new Session({ builder, clock: world.clock, ids: world.ids })`. */
  readonly clock: Clock
  readonly ids: IdGenerator
  /** The transport to use in place of this one, which a replay asks for its host and nothing else. */
  transport(transport: Transport): Transport
  /** The tool to use in place of this one, which a replay never executes. */
  tool(tool: Tool): Tool
}

/** A program that talks to a model by what the world gives it, such as a session with its engine and tools. */
export type SessionProgram<T> = (world: SessionWorld) => Promise<T>
