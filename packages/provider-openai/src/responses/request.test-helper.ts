import type { PreparedRequest } from '@geppetto/engine'
import { type Block, createTurn, type JsonObject, type Turn } from '@geppetto/turns'
import { openaiResponsesAdapter } from './adapter.ts'
import type { OpenAIResponsesAdapterOptions } from './options.ts'
import { parseBody } from './recording.test-helper.ts'

export const host = 'api.openai.com'

/** A turn of these blocks. */
export const turnOf = (...blocks: readonly Block[]): Turn => createTurn({ blocks: [...blocks] })

/** Prepares a request for OpenAI. */
export const prepare = (
  turn: Turn,
  options: OpenAIResponsesAdapterOptions = {},
  model = 'gpt-5-mini',
): PreparedRequest => openaiResponsesAdapter(options).prepare(turn, { model }, host)

/** The body of a prepared request. */
export const bodyOf = (turn: Turn, options?: OpenAIResponsesAdapterOptions, model?: string): JsonObject =>
  parseBody(prepare(turn, options, model).body)

/** What of a turn could not be said, by code. */
export const codesOf = ({ degradations }: PreparedRequest): readonly string[] => degradations.map(({ code }) => code)
