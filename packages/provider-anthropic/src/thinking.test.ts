import type { InferenceConfig, JsonObject } from '@geppetto/turns'
import {
  createTurn,
  inferenceConfigKey,
  toolCallBlock,
  toolChoiceKey,
  toolDefinitionsKey,
  toolResultBlock,
  userBlock,
  withData,
} from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { prepared } from './prepare.test-helper.ts'

type Row = readonly [string, InferenceConfig, JsonObject, readonly string[]]

const budget = (tokens: number) => ({ thinking: { type: 'enabled', budget_tokens: tokens } })
const adaptive = { thinking: { type: 'adaptive' } }
const disabled = { thinking: { type: 'disabled' } }
const effort = (word: string) => ({ output_config: { effort: word } })

const older = 'claude-sonnet-4-5'
const between = 'claude-opus-4-6'
const newer = 'claude-opus-4-8'
const always = 'claude-fable-5'
const early = 'claude-3-5-haiku-latest'

const rows: readonly Row[] = [
  ['nothing is said where nothing is asked', { model: older }, {}, []],
  ['a budget', { model: older, reasoning: { budget: 5000 } }, budget(5000), []],
  ['an effort as a budget', { model: older, reasoning: { effort: 'low' } }, budget(4096), []],
  ['the least budget', { model: older, reasoning: { budget: 10 } }, budget(1024), ['reasoning-budget-changed']],
  [
    'a budget beyond what the model gives',
    { model: older, maxOutputTokens: 60_000, reasoning: { budget: 5000 } },
    budget(4000),
    ['reasoning-budget-changed'],
  ],
  ['no room to think', { model: older, maxOutputTokens: 63_500, reasoning: { budget: 5000 } }, {}, ['reasoning-off']],
  ['none', { model: older, reasoning: { effort: 'none' } }, {}, []],
  ['a budget, in between', { model: between, reasoning: { budget: 5000 } }, budget(5000), []],
  ['an effort, in between', { model: between, reasoning: { effort: 'high' } }, { ...adaptive, ...effort('high') }, []],
  ['an effort', { model: newer, reasoning: { effort: 'max' } }, { ...adaptive, ...effort('max') }, []],
  ['a very high effort', { model: newer, reasoning: { effort: 'xhigh' } }, { ...adaptive, ...effort('xhigh') }, []],
  [
    'a very high effort, in between',
    { model: between, reasoning: { effort: 'xhigh' } },
    { ...adaptive, ...effort('high') },
    ['reasoning-effort-changed'],
  ],
  ['a very high effort as a budget', { model: older, reasoning: { effort: 'xhigh' } }, budget(26_000), []],
  [
    'the least effort',
    { model: newer, reasoning: { effort: 'minimal' } },
    { ...adaptive, ...effort('low') },
    ['reasoning-effort-changed'],
  ],
  [
    'a budget of a model that decides itself',
    { model: newer, reasoning: { budget: 5000 } },
    adaptive,
    ['reasoning-budget-dropped'],
  ],
  [
    'a summary',
    { model: newer, reasoning: { summary: 'auto' } },
    { thinking: { type: 'adaptive', display: 'summarized' } },
    [],
  ],
  [
    'a detailed summary',
    { model: newer, reasoning: { summary: 'detailed' } },
    { thinking: { type: 'adaptive', display: 'summarized' } },
    ['reasoning-summary-changed'],
  ],
  ['none, of one that thinks unasked', { model: 'claude-opus-5', reasoning: { effort: 'none' } }, disabled, []],
  [
    'none, of one that always thinks',
    { model: always, reasoning: { effort: 'none' } },
    effort('low'),
    ['reasoning-kept'],
  ],
  ['an effort of one that cannot', { model: early, reasoning: { effort: 'high' } }, {}, ['reasoning-not-supported']],
  [
    'temperature beside thinking',
    { model: older, temperature: 0.5, reasoning: { budget: 5000 } },
    budget(5000),
    ['option-dropped'],
  ],
]

describe('thinking', () => {
  it.each(rows)('%s', (_what, config, said, codes) => {
    const request = prepared([userBlock('a')], config)
    const { thinking, output_config, temperature } = request.json
    expect(JSON.parse(JSON.stringify({ thinking, output_config, temperature }))).toEqual(said)
    expect(request.codes).toEqual(codes)
  })

  it('has its budget beside the answer, where nobody limits that', () => {
    expect(prepared([userBlock('a')], { model: older, reasoning: { budget: 20_000 } }).json.max_tokens).toBe(52_000)
  })

  it('is asked for by the turn field by field', () => {
    const turn = withData(createTurn({ blocks: [userBlock('a')] }), inferenceConfigKey, {
      reasoning: { summary: 'auto' },
    })
    const { json } = prepared(turn, { model: newer, reasoning: { effort: 'high' } })
    expect(json).toMatchObject({ thinking: { display: 'summarized' }, output_config: { effort: 'high' } })
  })

  it.each([
    [2000, 5000, 7000],
    [60_000, 5000, 64_000],
    [100_000, 5000, 100_000],
  ])('takes nothing of an answer limited to %d tokens', (maxOutputTokens, tokens, most) => {
    const config = { model: older, maxOutputTokens, reasoning: { budget: tokens } }
    expect(prepared([userBlock('a')], config).json.max_tokens).toBe(most)
  })

  const tool = { name: 'look', description: '', inputSchema: { type: 'object' } }
  const forced = withData(
    withData(createTurn({ blocks: [userBlock('a')] }), toolDefinitionsKey, [tool]),
    toolChoiceKey,
    'required' as const,
  )

  it.each<Row>([
    [
      'asked for is off',
      { model: older, reasoning: { budget: 5000 } },
      { tool_choice: { type: 'any' } },
      ['reasoning-off'],
    ],
    ['unasked is off', { model: 'claude-opus-5' }, { tool_choice: { type: 'any' }, ...disabled }, []],
    ['that cannot be off wins', { model: always }, { tool_choice: { type: 'auto' } }, ['tool-choice-changed']],
  ])('%s where a call is forced', (_what, config, said, codes) => {
    const request = prepared(forced, config)
    const { thinking, tool_choice } = request.json
    expect(JSON.parse(JSON.stringify({ thinking, tool_choice }))).toEqual(said)
    expect(request.codes).toEqual(codes)
  })

  it('is off for a step that was begun without: the API refuses to go on with it otherwise', () => {
    const blocks = [
      userBlock('a'),
      toolCallBlock({ callId: 'c1', name: 'look', input: { state: 'parsed', value: {} } }),
      toolResultBlock({ callId: 'c1', name: 'look', outcome: 'ok', content: 'seen' }),
    ]
    const config = { model: older, reasoning: { budget: 5000 } }
    expect(prepared(blocks, config).codes).toEqual(['reasoning-off'])
    expect(prepared([...blocks, userBlock('b')], config).codes).toEqual(['reasoning-off'])
    expect(prepared(blocks, { model: newer, reasoning: {} }).json.thinking).toEqual({ type: 'adaptive' })
  })
})
