import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { untyped } from '../import/import.test-helper.ts'
import {
  appendBlocks,
  assistantBlock,
  createTurn,
  decodeBlock,
  diagnoseTurn,
  isTurnError,
  parseTurn,
  printTurn,
  providerBlock,
  reasoningBlock,
  repairTurn,
  replaceBlock,
  stringifyTurn,
  systemBlock,
  toolCallBlock,
  toolResultBlock,
  userBlock,
} from '../index.ts'
import { turnFromYaml, turnToYaml } from '../yaml.ts'

const read = (name: string) => readFileSync(new URL(`../../fixtures/yaml/${name}.yaml`, import.meta.url), 'utf8')

describe('turnFromYaml', () => {
  it('reads what Go geppetto has written', () => {
    const turn = turnFromYaml(read('weather'))
    expect(turn.id).toBe('3f0c7a52-6a1e-4f6e-9d0a-5c1f6f1f2a01')
    expect(turn.metadata).toMatchObject({ 'geppetto.model@v1': 'gpt-5' })
    expect(turn.data).toEqual({
      'geppetto.tool_config@v1': { enabled: true, execution_timeout: '2s', retry_config: { backoff_factor: 2.5 } },
    })
    expect(turn.blocks).toMatchObject([
      { kind: 'system', text: 'Answer in one sentence.', metadata: { 'geppetto.middleware@v1': 'systemprompt' } },
      {
        kind: 'user',
        content: [
          { type: 'text', text: 'What is in the picture?\nAnd what is the weather there?' },
          { type: 'image', source: { url: 'https://example.com/tower.png' }, mediaType: 'image/png', detail: 'high' },
          { type: 'image', source: { data: 'iVBORw==' }, mediaType: 'image/png' },
        ],
      },
      { id: 'rs_0d1e2f', kind: 'reasoning', text: 'The picture shows a tower.\nSo it is Paris.', form: 'summary' },
      { kind: 'tool-call', callId: 'call_1', name: 'get_weather', input: { value: { city: 'Paris', days: 2 } } },
      { kind: 'tool-call', callId: 'call_2', name: 'get_time', input: { value: { zone: 'Europe/Paris' } } },
      {
        kind: 'tool-result',
        callId: 'call_1',
        name: 'get_weather',
        outcome: 'ok',
        content: [{ text: '{"degrees":12,"sky":"rain"}' }],
      },
      {
        kind: 'tool-result',
        callId: 'call_2',
        name: 'get_time',
        outcome: 'error',
        content: [{ text: 'the clock is broken' }],
      },
      { kind: 'assistant', text: 'A tower in the rain.' },
      { kind: 'unknown', stored: { block: { kind: 'other', payload: { note: 'kept by an application' } } } },
    ])
    expect(diagnoseTurn(turn)).toEqual([])
  })

  it('reads what a person wrote, as far as it means something', () => {
    const turn = turnFromYaml(read('by-hand'))
    expect(turn.id).toBe('go-turn')
    expect(turn.blocks.map(({ id, kind }) => `${id} ${kind}`)).toEqual([
      'go-turn-1 system',
      'go-turn-2 user',
      'go-turn-3 user',
      'go-turn-4 unknown',
      'go-turn-5 tool-call',
      'go-turn-6 tool-result',
      'go-turn-7 assistant',
    ])
    expect(turn.blocks).toMatchObject([
      { text: 'You are a clerk.' },
      { content: [{ text: '42' }] },
      {},
      { stored: { block: { kind: 'hologram', payload: { text: 'You are a clerk.' } } } },
      { name: 'tool', input: { state: 'malformed', raw: 'not json' } },
      { callId: 'fc_1', content: [{ text: '{"answer":4}' }] },
      { text: '' },
    ])
    expect(repairTurn(turn).changes.map(({ code }) => code)).toEqual(['empty_block', 'empty_block'])
  })

  it.each(['weather', 'by-hand'])('makes a turn that can be stored: %s', (name) => {
    const turn = turnFromYaml(read(name))
    expect(parseTurn(stringifyTurn(turn))).toEqual(turn)
  })

  it.each(['weather', 'by-hand'])('gives back what it has read by value: %s', (name) => {
    const turn = turnFromYaml(read(name))
    expect(parse(turnToYaml(turn))).toEqual(parse(read(name)))
    expect(turnFromYaml(turnToYaml(turn))).toEqual(turn)
  })

  it('gives back the same turn, also where there were no blocks and then one was added', () => {
    const turn = turnFromYaml('id: t\nblocks:\nversion: 1')
    expect(parse(turnToYaml(turn))).toEqual({ id: 't', blocks: null, version: 1 })
    const more = appendBlocks(turn, assistantBlock('Hi.', { createdAt: 1 }))
    expect(turnFromYaml(turnToYaml(more))).toEqual(more)
  })

  it('gives back what Go said of the blocks that nobody changed, and ours of those that were', () => {
    const turn = turnFromYaml(read('weather'))
    const said = turn.blocks[7]
    if (said?.kind !== 'assistant') throw new Error('that is another block')
    const changed = replaceBlock(appendBlocks(turn, assistantBlock('And more.', { id: 'new', createdAt: 5 })), {
      ...said,
      text: 'A tower.',
    })
    const before = parse(read('weather'))
    const after = parse(turnToYaml(changed))
    expect(after.blocks.slice(0, 7)).toEqual(before.blocks.slice(0, 7))
    expect(after.blocks[7]).toEqual({ ...before.blocks[7], payload: { text: 'A tower.' } })
    expect(after.blocks[9]).toEqual({
      id: 'new',
      kind: 'llm_text',
      role: 'assistant',
      payload: { text: 'And more.' },
      metadata: { 'geppetto.typescript@v1': { fields: { createdAt: 5 } } },
    })
    expect(turnFromYaml(turnToYaml(changed))).toEqual(changed)
  })

  it.each<[string, string, string, string]>([
    ['no YAML', 'id: [a', '', 'line 1'],
    ['a document that holds no turn', '- a', '', 'must be a turn, not ["a"]'],
    ['nothing', '', '', 'must be a turn, not null'],
    ['two documents', 'id: a\n---\nid: b', '', 'line 2'],
    ['a field twice', 'id: a\nid: b', '', 'line 2'],
    ['blocks that are no list', 'id: a\nblocks: none', 'blocks', 'blocks, line 2: must be a list'],
    ['a block that is none', 'blocks:\n- kind: user\n- user', 'blocks[1]', 'blocks[1], line 3: must be a block'],
    ['a payload that is none', 'blocks:\n- kind: user\n  payload: hi', 'blocks[0].payload', 'line 3: must be a map'],
    ['an id that is none', 'id: [a]', 'id', 'line 1: must be a text'],
    ['a tag of one’s own', 'blocks:\n- !run rm', 'blocks[0]', 'blocks[0], line 2: has the tag !run'],
    ['bytes', 'id: a\ndata:\n  x: !!binary aGk=', 'data.x', 'data.x, line 3: has the tag'],
    ['a key that is no text', 'data:\n  ? [a]\n  : 1', 'data.?', 'line 2: is a key that is no text'],
    ['what is no number', 'data:\n  x: .nan', 'data.x', 'data.x, line 2: is NaN'],
    ['a number that would change', 'data: {x: 12345678901234567890}', 'data.x', 'put it in quotes'],
    ['a circle', 'data: &a {x: *a}', 'data', 'in a circle'],
  ])('refuses %s, and says where', (_what, text, field, message) => {
    try {
      turnFromYaml(text)
    } catch (error) {
      expect(isTurnError(error) && error.code).toBe('invalid_stored_turn')
      expect(error).toMatchObject({ field, message: expect.stringContaining(message) })
      return
    }
    throw new Error('it was read')
  })

  it.each([undefined, null, 5, ['x']])('refuses what is no text in words, not in the parser’s: %j', (given) => {
    expect(() => turnFromYaml(untyped(given))).toThrow(
      expect.objectContaining({ code: 'invalid_stored_turn', message: expect.stringMatching(/must be a text, not /) }),
    )
  })

  it('refuses what is made to fill the memory or the stack', () => {
    const layers = [...'abcdefgh'].map((name, index, names) => {
      const before = index === 0 ? 'x' : `*${names[index - 1]}`
      return `${name}: &${name} [${Array(9).fill(before).join(', ')}]`
    })
    expect(() => turnFromYaml(`data:\n  ${layers.join('\n  ')}`)).toThrow('alias')
    expect(() => turnFromYaml(`data: ${'['.repeat(100_000)}`)).toThrow('cannot be read')
    expect(() => turnFromYaml(`data: {a: ${'['.repeat(600)}${']'.repeat(600)}}`)).toThrow('500 levels deep')
  })
})

describe('turnToYaml', () => {
  it('says in Go’s words what Go has words for, and the rest in metadata', () => {
    const turn = createTurn({
      id: 't',
      createdAt: 0,
      blocks: [
        systemBlock('Be kind.', { id: 's', createdAt: 0 }),
        userBlock(
          [
            { type: 'text', text: 'Look:' },
            { type: 'image', source: { type: 'base64', data: 'AAAA' }, mediaType: 'image/png' },
          ],
          {
            id: 'u',
            createdAt: 0,
          },
        ),
        reasoningBlock('Hm.', { id: 'r', createdAt: 0 }),
        toolCallBlock(
          { callId: 'c', name: 'f', input: { state: 'parsed', value: { a: 1 } } },
          { id: 'tc', createdAt: 0 },
        ),
        toolResultBlock(
          { callId: 'c', name: 'f', outcome: 'cancelled', content: 'Not run.' },
          { id: 'tr', createdAt: 0 },
        ),
        assistantBlock('No.', { id: 'a', createdAt: 7, refusal: true, complete: false }),
        providerBlock('web_search_call', { id: 'p', createdAt: 0, input: { q: 'x' } }),
      ],
      data: { x: 1 },
    })
    expect(turnToYaml(turn)).toBe(`id: t
blocks:
  - id: s
    kind: system
    role: system
    payload:
      text: Be kind.
  - id: u
    kind: user
    role: user
    payload:
      text: "Look:"
      images:
        - media_type: image/png
          content: AAAA
  - id: r
    kind: reasoning
    payload:
      text: Hm.
  - id: tc
    kind: tool_call
    payload:
      id: c
      name: f
      args:
        a: 1
  - id: tr
    kind: tool_use
    payload:
      id: c
      result: null
      error: Not run.
    metadata:
      geppetto.typescript@v1:
        fields:
          outcome: cancelled
        of: 6sm2s3-ultted
  - id: a
    kind: llm_text
    role: assistant
    payload:
      text: No.
    metadata:
      geppetto.typescript@v1:
        fields:
          createdAt: 7
          complete: false
          refusal: true
        of: 1d17yc2-1miv0x4
  - id: p
    kind: other
    metadata:
      geppetto.typescript@v1:
        fields:
          kind: provider
          type: web_search_call
          input:
            q: x
        without:
          - stored
        of: iqkwuh-zlgji7
data:
  x: 1
`)
    expect(turnFromYaml(turnToYaml(turn))).toEqual(turn)
  })

  it('believes Go where Go has changed what a note was about', () => {
    const turn = createTurn({
      blocks: [
        assistantBlock('No.', {
          refusal: true,
          createdAt: 7,
          native: { api: 'a', host: 'h', model: 'm', group: 'g', payload: 1 },
        }),
      ],
    })
    const changed = turnFromYaml(turnToYaml(turn).replace('text: No.', 'text: Yes.'))
    expect(printTurn(changed)).toBe('[assistant] Yes.\n')
    expect(changed.blocks[0]).toMatchObject({ createdAt: 7 })
  })

  it('writes no text that YAML 1.1 takes for something else', () => {
    const texts = [
      'yes',
      'off',
      '2001-12-14',
      '0777',
      '0b11',
      '1_000',
      '<<',
      '~',
      'a\u2028b',
      'a\u0085b',
      '\ufeff',
      'x: y\n',
    ]
    const turn = createTurn({ data: Object.fromEntries(texts.map((text) => [`k${text}`, text])) })
    const yaml = turnToYaml(turn)
    expect(turnFromYaml(yaml).data).toEqual(turn.data)
    expect(yaml).not.toMatch(/[\u0085\u2028\ufeff]/)
    expect(Object.values(parse(yaml, { version: '1.1' }).data)).toEqual(texts)
  })

  it('keeps blocks of a later version of ours', () => {
    const later = decodeBlock({ kind: 'hologram', id: 'h', createdAt: 3, payload: 'x' }, 'block')
    const turn = createTurn({ blocks: [later] })
    expect(parse(turnToYaml(turn)).blocks[0]).toMatchObject({ id: 'h', kind: 'other' })
    expect(turnFromYaml(turnToYaml(turn))).toEqual(turn)
  })
})
