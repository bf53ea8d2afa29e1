import type { Answer } from './answer.ts'
import { anthropicEvents } from './anthropic-events.ts'
import { chatEvents } from './chat-events.ts'
import { responsesEvents } from './responses-events.ts'
import type { Api } from './scenario.ts'

/** A wire format, as the mock provider knows it. */
export interface WireFormat {
  /** The answer as server-sent events, each a complete block of lines. */
  readonly events: (answer: Answer) => string[]
  /** How many events an answer of text has before its first delta. */
  readonly eventsBeforeText: number
  /** How many results of tools a request carries: what decides the step that is answered. */
  readonly countResults: (body: unknown) => number
}

export const formats: Readonly<Record<Api, WireFormat>> = {
  chat: {
    events: chatEvents,
    eventsBeforeText: 1,
    countResults: (body) => count(body, 'messages', (message) => field(message, 'role') === 'tool'),
  },
  responses: {
    events: responsesEvents,
    eventsBeforeText: 4,
    countResults: (body) => count(body, 'input', (item) => field(item, 'type') === 'function_call_output'),
  },
  anthropic: {
    events: anthropicEvents,
    eventsBeforeText: 3,
    countResults: (body) =>
      listIn(body, 'messages').reduce<number>(
        (sum, message) => sum + count(message, 'content', (block) => field(block, 'type') === 'tool_result'),
        0,
      ),
  },
}

function count(holder: unknown, name: string, isMeant: (entry: unknown) => boolean): number {
  return listIn(holder, name).filter(isMeant).length
}

function listIn(holder: unknown, name: string): readonly unknown[] {
  const value = field(holder, name)
  return Array.isArray(value) ? value : []
}

function field(holder: unknown, name: string): unknown {
  return typeof holder === 'object' && holder !== null ? Reflect.get(holder, name) : undefined
}
