import type { RecordedExchange, RecordedToolCall } from './cassette.ts'

/** A record that is still being written. */
export type Draft<T> = { -readonly [K in keyof T]: T[K] }

/** Ids by their prefix. */
export interface RecordedIds {
  [prefix: string]: string[]
}

/** What is recorded while the program runs. */
export interface Tape {
  /** Milliseconds since the start. */
  now(): number
  readonly exchanges: Draft<RecordedExchange>[]
  readonly toolCalls: Draft<RecordedToolCall>[]
  /** Something cannot be recorded: the recording as a whole fails when the program is over. */
  fail(error: Error): void
}
