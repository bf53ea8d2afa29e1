import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type ImportResult,
  importAISDKMessages,
  importAnthropicMessages,
  importOpenAIChatMessages,
  importOpenAIResponsesItems,
  messageFormOf,
} from '../import.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../index.ts'
import { plainOptions, readFixture, untyped } from './import.test-helper.ts'

const importers: Readonly<Record<string, (messages: readonly unknown[]) => ImportResult>> = {
  importAISDKMessages: (messages) => importAISDKMessages(messages, plainOptions()),
  importAnthropicMessages: (messages) => importAnthropicMessages({ messages }, plainOptions()),
  importOpenAIChatMessages: (messages) => importOpenAIChatMessages(messages, plainOptions()),
  importOpenAIResponsesItems: (messages) => importOpenAIResponsesItems(messages, plainOptions()),
}

const asked = { role: 'user', content: 'What is it?' }
const answered = { role: 'assistant', content: 'It is 7.' }

/** A prompt, a call, its result and the answer, by the importer that reads them. */
const conversations: Readonly<Record<string, readonly unknown[]>> = {
  importOpenAIChatMessages: [
    asked,
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'c1', type: 'function', function: { name: 'look', arguments: '{}' } }],
    },
    { role: 'tool', tool_call_id: 'c1', content: '7' },
    answered,
  ],
  importOpenAIResponsesItems: [
    asked,
    { type: 'function_call', call_id: 'c1', name: 'look', arguments: '{}' },
    { type: 'function_call_output', call_id: 'c1', output: '7' },
    { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'It is 7.' }] },
  ],
  importAnthropicMessages: [
    asked,
    { role: 'assistant', content: [{ type: 'tool_use', id: 'c1', name: 'look', input: {} }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c1', content: '7' }] },
    answered,
  ],
  importAISDKMessages: [
    asked,
    { role: 'assistant', content: [{ type: 'tool-call', toolCallId: 'c1', toolName: 'look', input: {} }] },
    {
      role: 'tool',
      content: [{ type: 'tool-result', toolCallId: 'c1', toolName: 'look', output: { type: 'text', value: '7' } }],
    },
    answered,
  ],
}

interface Fixture {
  readonly name: string
  /** The importer that fits. */
  readonly of: string
  readonly messages: readonly JsonValue[]
}

const folders = {
  'openai-chat': ['importOpenAIChatMessages', 'messages'],
  'openai-responses': ['importOpenAIResponsesItems', 'input'],
  'anthropic-messages': ['importAnthropicMessages', 'messages'],
} as const

/** The conversations of the recorded requests, and those of the SDK. */
function fixtures(): readonly Fixture[] {
  const recorded = Object.entries(folders).flatMap(([folder, [of, list]]) => {
    const root = new URL(`../../../testing/recordings/${folder}/`, import.meta.url)
    return readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.json'))
      .flatMap((name) => {
        const recording: unknown = JSON.parse(readFileSync(new URL(name, root), 'utf8'))
        return requestsIn(recording).flatMap((request): readonly Fixture[] => {
          const messages = request[list]
          return Array.isArray(messages) && messages.length > 0 ? [{ name: `${folder}/${name}`, of, messages }] : []
        })
      })
  })
  const own = ['ai-sdk-ui', 'ai-sdk-model'].map((name) => {
    const messages: readonly JsonValue[] = JSON.parse(JSON.stringify(readFixture(name)))
    return { name, of: 'importAISDKMessages', messages }
  })
  return [...recorded, ...own]
}

/** The bodies of requests, wherever in a recording they stand. */
function requestsIn(value: unknown): readonly JsonObject[] {
  if (Array.isArray(value)) return value.flatMap(requestsIn)
  if (!isJsonObject(value)) return []
  if (typeof value.model === 'string' && (Array.isArray(value.messages) || Array.isArray(value.input))) return [value]
  return Object.values(value).flatMap(requestsIn)
}

const all = fixtures()

/** Something came over, or somebody was told why not. */
function isSilent({ turn, losses }: ImportResult): boolean {
  return turn.blocks.length === 0 && losses.length === 0
}

function outcomeOf(importer: string, messages: readonly unknown[]): ImportResult | Error {
  try {
    const importMessages = importers[importer]
    if (importMessages === undefined) throw new Error(`no ${importer}`)
    return importMessages(messages)
  } catch (error) {
    if (error instanceof Error) return error
    throw error
  }
}

describe('messages that are given to an importer', () => {
  it('are taken by the one that fits', () => {
    expect(all.length).toBeGreaterThan(60)
    for (const { name, of, messages } of all) {
      const outcome = outcomeOf(of, messages)
      expect(outcome instanceof Error ? `${name}: ${outcome.message}` : '').toBe('')
    }
  })

  it('are known by what only their form has', () => {
    const forms: Readonly<Record<string, string>> = {
      importAISDKMessages: 'ai-sdk',
      importAnthropicMessages: 'anthropic',
      importOpenAIChatMessages: 'openai-chat',
      importOpenAIResponsesItems: 'openai-responses',
    }
    for (const { of, messages } of all) expect([forms[of], undefined]).toContain(messageFormOf(messages))
    expect(all.filter(({ messages }) => messageFormOf(messages) !== undefined).length).toBeGreaterThan(40)
    expect(messageFormOf([{ role: 'user', content: 'Hi' }])).toBeUndefined()
  })

  it('are refused by the others by the name of the one that fits, or are taken whole', () => {
    let refused = 0
    for (const { name, of, messages } of all)
      for (const importer of Object.keys(importers)) {
        if (importer === of) continue
        const outcome = outcomeOf(importer, messages)
        if (outcome instanceof Error) {
          expect(outcome).toMatchObject({
            code: 'invalid_value',
            message: expect.stringMatching(new RegExp(`: use .*${of}`)),
          })
          refused++
        } else {
          const told = outcome.losses.map(({ path }) => path)
          const own = outcomeOf(of, messages)
          const isWhole = !(own instanceof Error) && own.turn.blocks.length === outcome.turn.blocks.length
          expect(isWhole || told.length > 0 ? '' : `${name} by ${importer}`).toBe('')
        }
      }
    expect(refused).toBeGreaterThan(60)
  })

  it('of several forms, mixed in any way, give something, or a word why not', () => {
    const message = fc.constantFrom(...all.flatMap(({ messages }) => messages))
    fc.assert(
      fc.property(
        fc.array(message, { minLength: 1, maxLength: 6 }),
        fc.constantFrom(...Object.keys(importers)),
        (messages, importer) => {
          const outcome = outcomeOf(importer, messages)
          if (outcome instanceof Error) expect(outcome.message).toMatch(/: use import\w+/)
          else expect(isSilent(outcome)).toBe(false)
        },
      ),
      { numRuns: 500 },
    )
  })

  it.each(Object.keys(importers))('that say nothing at all are losses of %s', (importer) => {
    for (const message of [
      {},
      { role: 'user' },
      { role: 'assistant' },
      { role: 'assistant', content: '' },
      { role: 'assistant', content: [] },
      { role: 'system', content: [] },
    ]) {
      const outcome = outcomeOf(importer, [message])
      expect([JSON.stringify(message), outcome instanceof Error || isSilent(outcome)]).toEqual([
        JSON.stringify(message),
        false,
      ])
    }
  })

  it.each(Object.keys(conversations))('that make a whole conversation with a call are refused by all but %s', (of) => {
    const messages = conversations[of] ?? []
    const whole = outcomeOf(of, messages)
    expect(whole instanceof Error ? whole.message : whole.losses).toEqual([])
    for (const importer of Object.keys(importers).filter((name) => name !== of)) {
      const refusal = expect.objectContaining({
        code: 'invalid_value',
        message: expect.stringMatching(new RegExp(`: use ${of}$`)),
      })
      expect([importer, outcomeOf(importer, messages)]).toEqual([importer, refusal])
    }
  })

  it('are read where some can only be of the importer’s form, and the others are losses', () => {
    const own = conversations.importOpenAIChatMessages ?? []
    const outcome = outcomeOf('importOpenAIChatMessages', [...own, ...(conversations.importAISDKMessages ?? [])])
    if (outcome instanceof Error) throw outcome
    expect(outcome.turn.blocks.map(({ kind }) => kind).slice(0, 4)).toEqual([
      'user',
      'tool-call',
      'tool-result',
      'assistant',
    ])
    expect(outcome.losses.map(({ path }) => path)).toContain('messages[5].content[0]')
  })

  it.each([undefined, null, {}, 'x', { messages: [] }])('have a form only in a list, not in %j', (given) => {
    const refusal = expect.objectContaining({ name: 'TurnError', code: 'invalid_value', field: 'messages' })
    expect(() => messageFormOf(untyped(given))).toThrow(refusal)
  })

  it('of Anthropic want their conversation around them', () => {
    for (const given of [[], null, 'Hi'])
      expect(() => importAnthropicMessages(untyped(given))).toThrow(/a conversation is \{ system, messages \}/)
  })
})

const image = { type: 'base64', media_type: 'image/png' }

it.each<[string, string, unknown, readonly string[]]>([
  [
    'a data: address for bytes',
    'importAnthropicMessages',
    { type: 'image', source: { ...image, data: 'data:image/png;base64,AAAA' } },
    ['AAAA'],
  ],
  ['no base64', 'importAnthropicMessages', { type: 'image', source: { ...image, data: 'no bytes' } }, []],
  ['nothing', 'importAnthropicMessages', { type: 'image', source: { ...image, data: '' } }, []],
  ['no base64', 'importOpenAIChatMessages', { type: 'image_url', image_url: { url: 'data:image/png;base64,?' } }, []],
  ['no base64', 'importOpenAIChatMessages', { type: 'input_audio', input_audio: { data: '?', format: 'wav' } }, []],
  ['no base64', 'importOpenAIResponsesItems', { type: 'input_file', file_data: '?', filename: 'a.pdf' }, []],
  [
    'base64 in lines',
    'importAISDKMessages',
    { type: 'file', data: 'AAAA\nAAAA', mediaType: 'image/png' },
    ['AAAAAAAA'],
  ],
])('media with %s are told of by %s', (_what, importer, part, kept) => {
  const outcome = outcomeOf(importer, [{ role: 'user', content: [{ type: 'text', text: 'See' }, part] }])
  if (outcome instanceof Error) throw outcome
  const data = outcome.turn.blocks.flatMap((block) => (block.kind === 'user' ? block.content : []))
  expect(data.flatMap((one) => ('source' in one && one.source.type === 'base64' ? [one.source.data] : []))).toEqual(
    kept,
  )
  expect(outcome.losses.map(({ path }) => path)).toEqual([expect.stringMatching(/\[0\]\.content\[1\]$/)])
})
