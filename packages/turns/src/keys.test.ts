import { describe, expect, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import type { DataKey, ProviderCallRecord, Turn } from './index.ts'
import {
  createTurn,
  defineKey,
  inferenceConfigKey,
  providerCalls,
  providerCallsKey,
  structuredOutputKey,
  toolChoiceKey,
  toolDefinitionsKey,
  withData,
  withMetadata,
  withoutData,
  withProviderCall,
} from './index.ts'

/** What a JavaScript caller can pass, whatever the types say. */
function untyped<T>(value: unknown): T {
  // Not true, and that is the point: the keys must notice.
  return value as T
}

const customer = defineKey('acme.customer', z.object({ id: z.string(), tags: z.array(z.string()).optional() }))

describe('a typed key', () => {
  it('writes a value and reads it back, with its type', () => {
    const turn = withData(createTurn({ data: { other: 1 } }), customer, { id: 'c1' })
    expectTypeOf(customer.read(turn.data)?.id).toEqualTypeOf<string | undefined>()
    expect(customer.read(turn.data)).toEqual({ id: 'c1' })
    expect(turn.data).toEqual({ other: 1, 'acme.customer': { id: 'c1' } })
  })

  it('reads undefined where nothing is', () => {
    expect(customer.read({})).toBeUndefined()
    expect(defineKey('toString', z.string()).read({})).toBeUndefined()
  })

  it('writes into metadata too, and leaves the turn it was given as it was', () => {
    const before = createTurn()
    const after = withMetadata(before, customer, { id: 'c1' })
    expect(customer.read(after.metadata)).toEqual({ id: 'c1' })
    expect([before.metadata, after.data]).toEqual([{}, {}])
  })

  it('freezes what is written, all the way down', () => {
    const { data } = withData(createTurn(), customer, { id: 'c1', tags: ['new'] })
    expect([data, data['acme.customer'], customer.read(data)?.tags].every(Object.isFrozen)).toBe(true)
  })

  it('is removed again, and removing what is not there changes nothing', () => {
    const turn = withData(createTurn({ data: { other: 1 } }), customer, { id: 'c1' })
    expect(withoutData(turn, customer).data).toEqual({ other: 1 })
    const plain = createTurn()
    expect(withoutData(plain, customer)).toBe(plain)
  })

  it('refuses a wrong value when it is written, at compile time and at run time', () => {
    // @ts-expect-error id must be a string
    expect(() => withData(createTurn(), customer, { id: 7 })).toThrow(
      expect.objectContaining({
        code: 'invalid_value',
        field: 'acme.customer',
        message: expect.stringMatching(/^acme\.customer: id: .*string/),
      }),
    )
  })

  it('refuses a wrong value when it is read, as from a damaged store', () => {
    expect(() => customer.read({ 'acme.customer': { id: 'c1', tags: 'new' } })).toThrow(
      expect.objectContaining({
        code: 'invalid_value',
        field: 'acme.customer',
        message: expect.stringContaining('tags'),
      }),
    )
  })

  it('checks what can change no more once, and what may have changed each time', () => {
    let checks = 0
    const counted = defineKey(
      'app.counted',
      z.custom<{ readonly n: number }>(() => ++checks > 0),
    )
    const own = counted.write({}, { n: 1 })
    expect([counted.read(own), counted.read(own), checks]).toEqual([{ n: 1 }, { n: 1 }, 1])
    const foreign = { 'app.counted': { n: 1 } }
    expect([counted.read(foreign), counted.read(foreign), checks]).toEqual([{ n: 1 }, { n: 1 }, 3])
  })

  it('refuses what its schema allows but JSON cannot hold', () => {
    const at = defineKey('acme.at', z.object({ day: z.date() }))
    expect(() => at.write({}, { day: new Date(0) })).toThrow(
      expect.objectContaining({
        code: 'invalid_value',
        field: 'acme.at.day',
        message: 'acme.at.day is an instance of Date, not plain data: it could not be stored',
      }),
    )
  })

  it('keeps fields that its schema does not know', () => {
    const stored = { 'acme.customer': { id: 'c1', later: true } }
    expect(customer.read(stored)).toEqual({ id: 'c1', later: true })
  })

  it('refuses an asynchronous schema', () => {
    const slow = defineKey(
      'acme.slow',
      z.string().refine(async () => true),
    )
    const refused = expect.objectContaining({
      code: 'invalid_schema',
      field: 'acme.slow',
      message: expect.stringContaining('asynchronous'),
    })
    expect(() => slow.write({}, 'x')).toThrow(refused)
    expect(() => slow.read({ 'acme.slow': 'x' })).toThrow(refused)
  })

  it('leaves no unhandled rejection of an asynchronous schema behind', async () => {
    const validate = async () => Promise.reject(new Error('nobody waits for this'))
    const slow = defineKey<string>('acme.slow', { '~standard': { version: 1, vendor: 'test', validate } })
    expect(() => slow.read({ 'acme.slow': 'x' })).toThrow('asynchronous')
    // Vitest fails the run on an unhandled rejection, which Node reports between two rounds of its event loop.
    await new Promise((resolve) => setImmediate(resolve))
  })

  it('needs a name', () => {
    expect(() => defineKey(' ', z.string())).toThrow(expect.objectContaining({ code: 'invalid_value', field: 'name' }))
  })

  it('takes no schema whose input is not its output', () => {
    const transforming = z.string().transform((text) => text.length)
    // @ts-expect-error it would be read as a number and be a string
    expect(defineKey('acme.length', transforming).name).toBe('acme.length')
    expectTypeOf(customer).toExtend<DataKey<{ id: string }>>()
  })
})

describe('the family’s own keys', () => {
  const table: readonly [string, DataKey<never>, unknown, string][] = [
    ['a temperature that is a word', untyped(inferenceConfigKey), { temperature: 'hot' }, '.temperature'],
    [
      'an effort that nobody has',
      untyped(inferenceConfigKey),
      { reasoning: { effort: 'heroic' } },
      '.reasoning.effort',
    ],
    [
      'one stop sequence that is a number',
      untyped(inferenceConfigKey),
      { stopSequences: ['a', 1] },
      '.stopSequences[1]',
    ],
    ['a config that is a list', untyped(inferenceConfigKey), [], ''],
    ['a tool without a schema', untyped(toolDefinitionsKey), [{ name: 'a', description: '' }], '[0].inputSchema'],
    [
      'a tool without a name',
      untyped(toolDefinitionsKey),
      [{ name: '', description: '', inputSchema: {} }],
      '[0].name',
    ],
    ['a choice that is none', untyped(toolChoiceKey), 'maybe', ''],
    ['a choice of no tool', untyped(toolChoiceKey), { tool: '' }, ''],
    ['an output without a schema', untyped(structuredOutputKey), { name: 'x' }, '.schema'],
    [
      'usage without its input',
      untyped(providerCallsKey),
      [
        {
          id: 'p',
          api: '',
          host: '',
          model: '',
          outcome: 'completed',
          stop: 'end_turn',
          startedAt: 0,
          finishedAt: 0,
          usage: { output: {} },
        },
      ],
      '[0].usage.input',
    ],
    [
      'a stop that nobody knows',
      untyped(providerCallsKey),
      [{ id: 'p', api: '', host: '', model: '', outcome: 'completed', stop: 'tired' }],
      '[0].stop',
    ],
  ]
  it.each(table)('refuse %s, and name the field', (_, key, value, path) => {
    const refused = expect.objectContaining({ code: 'invalid_value', field: key.name + path })
    expect(() => key.write({}, untyped<never>(value))).toThrow(refused)
    expect(() => key.read({ [key.name]: untyped(value) })).toThrow(refused)
  })

  it('take what they promise', () => {
    const turn = [
      (turn: Turn) =>
        withData(turn, inferenceConfigKey, {
          model: 'm',
          temperature: 0,
          reasoning: { effort: 'low' },
          stopSequences: [],
        }),
      (turn: Turn) => withData(turn, toolDefinitionsKey, [{ name: 'a', description: '', inputSchema: {} }]),
      (turn: Turn) => withData(turn, toolChoiceKey, { tool: 'a' }),
      (turn: Turn) => withData(turn, structuredOutputKey, { name: 'x', schema: {} }),
    ].reduce((turn, change) => change(turn), createTurn())
    expect(toolChoiceKey.read(turn.data)).toEqual({ tool: 'a' })
    expect(Object.keys(turn.data)).toHaveLength(4)
  })
})

describe('provider calls', () => {
  const record = (id: string, stop: ProviderCallRecord['stop'] = 'end_turn'): ProviderCallRecord => ({
    id,
    api: 'openai-chat',
    host: 'h',
    model: 'm',
    outcome: 'completed',
    stop,
    startedAt: 1,
    finishedAt: 2,
  })

  it('are kept in order, one record each', () => {
    const turn = withProviderCall(withProviderCall(createTurn(), record('1')), record('2'))
    expect(providerCalls(turn).map(({ id }) => id)).toEqual(['1', '2'])
    expect(providerCalls(createTurn())).toEqual([])
  })

  it('are looked at once each: a damaged one is found behind those that are sound', () => {
    const turn = withProviderCall(createTurn(), record('pc_1'))
    const [sound] = providerCalls(turn)
    const damaged = { ...turn, metadata: { [providerCallsKey.name]: [sound, { ...sound, stop: 'never' }] } }
    expect(() => providerCalls(untyped<Turn>(damaged))).toThrow('geppetto.providerCalls[1].stop must be a stop reason')
  })

  it('replace the record of the same call, in its place', () => {
    const turn = ['1', '2'].reduce((turn, id) => withProviderCall(turn, record(id)), createTurn())
    expect(providerCalls(withProviderCall(turn, record('1', 'error'))).map(({ id, stop }) => [id, stop])).toEqual([
      ['1', 'error'],
      ['2', 'end_turn'],
    ])
  })
})
