import type { Client, Message } from '../clients/client.ts'
import type { Api, Scenario } from '../wire/scenario.ts'

/** What a worker is told to do, as JSON. */
export interface Task {
  readonly command: CommandName
  readonly api: Api
  readonly scenario: Scenario
  /** How often the work is done for one sample, one after the other. Default 1. */
  readonly repeats?: number
  /** Whether what is measured is the first that the client does in its conversation. Default false: it has done the same once before. */
  readonly isFirst?: boolean
  /** How many earlier messages the conversation has. Default 0. */
  readonly prior?: number
  /** How many run at once, or how much there is: the command says of what. */
  readonly count?: number
  /** Which kind of the work: the command says which there are. */
  readonly variant?: string
}

/** One measurement. */
export interface Sample {
  /** By name; the names end in their unit. */
  readonly figures: Readonly<Record<string, number>>
  /** What was wrong with what the client did: then its figures do not count. */
  readonly fault?: string
}

/** What a command works with. */
export interface Workshop {
  readonly client: string
  /** The mock provider's address. */
  readonly server: string
  /** For files of its own. */
  readonly folder: string
  /** Sets the client up for the scenario. */
  setUp(api: Api, scenario: Scenario, prior: readonly Message[]): Promise<Client>
}

export type Command = (task: Task, workshop: Workshop) => Promise<Sample>

/** Each is the file of its name here, and exports `run`. */
export const commandNames = [
  'bytes',
  'cancel',
  'concurrent',
  'memory',
  'open-session',
  'pace',
  'replay',
  'slow-sink',
  'work',
] as const

export type CommandName = (typeof commandNames)[number]
