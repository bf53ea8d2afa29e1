import { describe, expect, it } from 'vitest'
import {
  type ImportResult,
  importAISDKMessages,
  importAnthropicMessages,
  importOpenAIChatMessages,
  importOpenAIResponsesItems,
} from '../import.ts'
import type { JsonValue } from '../index.ts'
import { everyField, type Sample } from './every-field.test-helper.ts'
import { homeOptions, plainOptions, readFixture, untyped } from './import.test-helper.ts'
import type { ImportOptions } from './import-options.ts'

const importers: Readonly<Record<string, (given: JsonValue, options: ImportOptions) => ImportResult>> = {
  importAISDKMessages: (given, options) => importAISDKMessages(untyped(given), options),
  importAnthropicMessages: (given, options) => importAnthropicMessages(untyped(given), options),
  importOpenAIChatMessages: (given, options) => importOpenAIChatMessages(untyped(given), options),
  importOpenAIResponsesItems: (given, options) => importOpenAIResponsesItems(untyped(given), options),
}
const fixtures: readonly Sample[] = ['ai-sdk-ui', 'ai-sdk-model'].map((name) => ({
  importer: 'importAISDKMessages',
  name: 'messages',
  given: untyped(readFixture(name)),
}))

interface Place {
  readonly holder: object
  readonly path: string
}

function objectsIn(value: unknown, path: string): readonly Place[] {
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => objectsIn(item, `${path}[${index}]`))
  if (typeof value !== 'object' || value === null) return []
  const inner = Object.entries(value).flatMap(([name, item]: [string, unknown]) => objectsIn(item, join(path, name)))
  return [{ holder: value, path }, ...inner]
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

/** Whether the mark is in the turn, or its place, or one that holds it, among the losses. */
function isAccountedFor({ turn, losses }: ImportResult, mark: string, path: string): boolean {
  const isLost = losses.some((loss) => path === loss.path || /^[.[]/.test(path.split(loss.path)[1] ?? ''))
  const said = JSON.stringify(turn)
  return isLost || said.includes(mark) || said.includes(`"${btoa(mark)}"`)
}

function missingOf(sample: Sample, name: string, options: () => ImportOptions, at: number): string {
  const given: JsonValue = JSON.parse(JSON.stringify(sample.given))
  const place = objectsIn(given, sample.name)[at]
  const importMessages = importers[sample.importer]
  if (place === undefined || importMessages === undefined) throw new Error('nothing is there')
  Reflect.set(place.holder, name, 'zz_value')
  const path = join(place.path, name)
  return isAccountedFor(importMessages(given, options()), 'zz_value', path) ? '' : path
}

const samples = [...everyField, ...fixtures]
const ways = { 'without a provenance': plainOptions, 'with one': homeOptions }

it('gives a result that stands before its call the name of the call', () => {
  const { turn } = importOpenAIChatMessages([
    { role: 'tool', tool_call_id: 'c', content: 'sent' },
    { role: 'assistant', tool_calls: [{ id: 'c', type: 'function', function: { name: 'send', arguments: '{}' } }] },
  ])
  expect(turn.blocks.map((block) => ('name' in block ? block.name : block.kind))).toEqual(['send', 'send'])
})

it('names the field in which something really stood', () => {
  const callProviderMetadata = { google: { thoughtSignature: 's' } }
  const part = { type: 'tool-x', toolCallId: 'c', state: 'output-available', input: {}, output: 'o' }
  const { losses } = importAISDKMessages([{ role: 'assistant', parts: [{ ...part, callProviderMetadata }] }])
  expect(losses.map(({ path }) => path)).toEqual(['messages[0].parts[0].callProviderMetadata.google.thoughtSignature'])
})

describe.each(Object.entries(ways))('whatever is given to an importer %s', (_name, options) => {
  it.each(samples.map((sample, index) => [`${sample.importer} ${index}`, sample] as const))(
    '%s takes over an unknown field of every object, or tells of it',
    (_importer, sample) => {
      const missing = objectsIn(sample.given, sample.name).map((_place, at) =>
        missingOf(sample, 'zz_mark', options, at),
      )
      expect(missing.filter((path) => path !== '')).toEqual([])
    },
  )

  it.each(everyField.map((sample) => [sample.importer, sample] as const))(
    '%s takes over every marked value of a known field, or tells of it',
    (importer, { given, name }) => {
      const result = importers[importer]?.(given, options())
      if (result === undefined) throw new Error('nobody imports it')
      const marked = objectsIn(given, name).flatMap(({ holder, path }) =>
        Object.entries(holder).flatMap(([field, value]: [string, unknown]) =>
          typeof value === 'string' && /^Q\d+$/.test(value) ? [{ path: join(path, field), value }] : [],
        ),
      )
      expect(marked.length).toBeGreaterThan(10)
      expect(marked.filter(({ path, value }) => !isAccountedFor(result, value, path))).toEqual([])
    },
  )
})
