import type { Api } from '../wire/scenario.ts'

/** One message of a conversation so far, in nobody's format. */
export interface Message {
  readonly role: 'user' | 'assistant'
  readonly content: string
}

/** What a client is asked to do. */
export interface Work {
  /** The last one is the user's, and asks. */
  readonly messages: readonly Message[]
  /** Steps with tools to allow for. */
  readonly maxSteps: number
  readonly signal?: AbortSignal
  /** Called with each piece of text. Where it returns true, the client leaves the stream. */
  readonly onDelta: (text: string) => boolean
}

/** A library at work, set up for one address. What it returns is what a program would hold of the answer. */
export interface Client {
  /** Streams one answer, to its end. */
  stream(work: Work): Promise<unknown>
  /** Runs the tool of `weather-tool.ts` as often as the model asks, to the answer in text. */
  runTools?(work: Work): Promise<unknown>
  close?(): void
}

/** Where the client works. `baseUrl` ends in `/v1`; `folder` is one for files of its own. */
export interface Workplace {
  readonly api: Api
  readonly baseUrl: string
  /** The conversation that its work will go on with: a library that keeps sessions may have it open. */
  readonly prior: readonly Message[]
  readonly folder: string
}

export type CreateClient = (workplace: Workplace) => Client | Promise<Client>

/** What a module of clients exports as `clients`. */
export type Clients = Readonly<Record<string, CreateClient>>
