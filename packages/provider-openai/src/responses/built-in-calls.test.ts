import { objectsIn } from '@geppetto/engine'
import {
  createTurn,
  type JsonObject,
  providerCalls,
  toolChoiceKey,
  toolDefinitionsKey,
  userBlock,
  withData,
} from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { openaiResponsesAdapter } from './adapter.ts'
import { play, wholeOf } from './play.test-helper.ts'
import { parseBody } from './recording.test-helper.ts'
import { answer, callOf, prepare, reasoning, resultOf, sent } from './replay.test-helper.ts'

const firstCall = (blocks: Awaited<ReturnType<typeof answer>>['blocks']) =>
  blocks.flatMap((block) => (block.kind === 'tool-call' ? [block] : []))[0]
const codesOf = (...blocks: Parameters<typeof prepare>) => prepare(...blocks).degradations.map(({ code }) => code)

describe('a computer that asks for caution', () => {
  const checks = [{ id: 'cu_sc_1', code: 'malicious_instructions', message: 'Careful.' }]
  const call = {
    ...{ type: 'computer_call', id: 'cu_1', call_id: 'call_1', status: 'completed' },
    ...{ action: { type: 'click', x: 1, y: 2, button: 'left' }, pending_safety_checks: checks },
  }
  const screen = { type: 'image', source: { type: 'url', url: 'https://a.example/b.png' } } as const

  it('says so to the tool, and whoever did it has allowed it', async () => {
    const { blocks } = await answer([reasoning, call])
    const found = firstCall(blocks)
    expect(found).toMatchObject({ input: { value: { action: call.action, pending_safety_checks: checks } } })
    const content = [screen]
    expect(sent([...blocks, resultOf(found?.callId ?? '', { content })]).at(-1)).toMatchObject({
      acknowledged_safety_checks: checks,
    })
    const failed = sent([...blocks, resultOf(found?.callId ?? '', { content, outcome: 'denied' })]).at(-1)
    expect(failed).not.toHaveProperty('acknowledged_safety_checks')
  })
})

describe('the answer to a call', () => {
  it('of a shell has the limit that the model gave', async () => {
    const action = { commands: ['ls'], max_output_length: 100, timeout_ms: null }
    const { blocks } = await answer([{ type: 'shell_call', id: 'sh_1', call_id: 'call_1', action }])
    expect(sent([...blocks, resultOf(firstCall(blocks)?.callId ?? '')]).at(-1)).toMatchObject({
      max_output_length: 100,
    })
  })

  it('of a program says of which, as do the messages after it while its beginning goes back', async () => {
    const program = { type: 'program', id: 'cm_1', call_id: 'call_p', code: 'x', fingerprint: 'SECRET' }
    const caller = { type: 'program', caller_id: 'call_p' }
    const first = (await answer([reasoning, program, callOf('1', { caller })])).blocks
    const end = { type: 'program_output', id: 'cmo_1', call_id: 'call_p', result: '1', status: 'completed' }
    const second = (await answer([end, callOf('2')])).blocks
    const result = resultOf(firstCall(first)?.callId ?? '')
    const told = [...first, result, ...second, resultOf(firstCall(second)?.callId ?? '')]
    expect(sent(told).slice(1, 5)).toEqual([
      program,
      callOf('1', { caller }),
      { type: 'function_call_output', call_id: 'call_1', output: 'Done.', caller },
      end,
    ])
    const torn = sent(told.slice(1))
    expect(torn.map(({ type }) => type)).toEqual([
      ...['function_call', 'function_call_output', 'function_call', 'function_call_output'],
    ])
    expect(JSON.stringify(torn)).not.toContain('call_p')
  })

  it.each([
    [{ type: 'local_shell_call', action: { command: ['ls'] } }],
    [{ type: 'shell_call', action: { commands: ['ls'] } }],
    [{ type: 'apply_patch_call', operation: { type: 'delete_file', path: 'a' } }],
  ])('that cannot hold the result is told as a text, and not as that of a function: %j', async (item) => {
    const { blocks } = await answer([{ ...item, id: 'x_1', call_id: 'call_1' }])
    const content = [{ type: 'image', source: { type: 'url', url: 'https://a.example/b.png' } }] as const
    const told = [...blocks, resultOf(firstCall(blocks)?.callId ?? '', { content })]
    expect(sent(told)).toMatchObject([{ role: 'assistant' }, { role: 'user', content: [{}, { type: 'input_image' }] }])
    expect(codesOf(told)).toEqual(['call-in-words'])
  })
})

describe('a tool that answers calls of the API’s own tools', () => {
  const definitions = ['local_shell_call', 'sql', 'weather', 'mcp_approval_request'].map((name) => ({
    ...{ name, description: name, inputSchema: { type: 'object' } },
  }))
  const serverTools = [
    { type: 'local_shell' },
    { type: 'custom', name: 'sql' },
    { type: 'mcp', server_label: 'dice', server_url: 'https://dice.example' },
  ]
  const turn = withData(createTurn({ blocks: [userBlock('Hi')] }), toolDefinitionsKey, definitions)
  const bodyOf = (tools: readonly JsonObject[], of = turn) =>
    parseBody(openaiResponsesAdapter({ serverTools: tools }).prepare(of, { model: 'm' }, 'api.openai.com').body)

  it('is not offered as a function beside them', () => {
    expect(bodyOf(serverTools).tools).toMatchObject([{ type: 'function', name: 'weather' }, ...serverTools])
    expect(objectsIn(bodyOf([]), 'tools').map(({ name }) => name)).toEqual(definitions.map(({ name }) => name))
  })

  it.each([
    ['local_shell_call', { type: 'local_shell' }],
    ['sql', { type: 'custom', name: 'sql' }],
    ['mcp', { type: 'mcp', server_label: 'dice' }],
    ['weather', { type: 'function', name: 'weather' }],
  ])('can be chosen: %s', (tool, choice) => {
    expect(bodyOf(serverTools, withData(turn, toolChoiceKey, { tool })).tool_choice).toEqual(choice)
  })
})

describe('a search for tools', () => {
  const search = {
    ...{ type: 'tool_search_call', id: 'tsc_1', call_id: 'call_1', status: 'completed' },
    ...{ execution: 'client', arguments: { query: 'weather' } },
  }
  const found = { type: 'function', name: 'weather', parameters: { type: 'object' } }

  it('that the client makes is a call, which the tools that were found answer', async () => {
    const { blocks, turn } = await answer([reasoning, search])
    expect(providerCalls(turn)[0]?.stop).toBe('tool_calls')
    const call = firstCall(blocks)
    expect(call).toMatchObject({ name: 'tool_search_call', input: { state: 'parsed', value: { query: 'weather' } } })
    for (const content of [JSON.stringify([found]), JSON.stringify({ tools: [found] })])
      expect(sent([...blocks, resultOf(call?.callId ?? '', { content })])).toEqual([
        reasoning,
        search,
        { type: 'tool_search_output', call_id: 'call_1', execution: 'client', status: 'completed', tools: [found] },
      ])
  })

  it('that found no list of tools is told as a text', async () => {
    const { blocks } = await answer([search])
    const told = [...blocks, resultOf(firstCall(blocks)?.callId ?? '', { content: 'none', outcome: 'error' })]
    expect(sent(told)).toMatchObject([{ role: 'assistant' }, { role: 'user' }])
    expect(codesOf(told)).toEqual(['call-in-words'])
  })

  it('that the provider makes is none of ours', async () => {
    const { blocks } = await answer([{ ...search, execution: 'server', call_id: null }])
    expect(blocks).toMatchObject([{ kind: 'provider', type: 'tool_search_call', input: { query: 'weather' } }])
  })

  it.each([
    [{ type: 'tool_search', execution: 'client' }, false],
    [{ type: 'tool_search' }, true],
  ])('by %j is offered as that tool alone where the client makes it', (tool, isFunction) => {
    const definition = { name: 'tool_search_call', description: 'Looks.', inputSchema: { type: 'object' } }
    const turn = withData(createTurn({ blocks: [userBlock('Hi')] }), toolDefinitionsKey, [definition])
    const { body } = openaiResponsesAdapter({ serverTools: [tool] }).prepare(turn, { model: 'm' }, 'api.openai.com')
    expect(objectsIn(parseBody(body), 'tools').some(({ type }) => type === 'function')).toBe(isFunction)
  })
})

describe('the question of a remote server', () => {
  const question = {
    ...{ type: 'mcp_approval_request', id: 'mcpr_1', server_label: 'dice', name: 'roll', arguments: '{"n":1}' },
  }
  const server = { type: 'mcp', server_label: 'dice', server_url: 'https://dice.example' }
  const asked = async (more: JsonObject = {}) =>
    play(wholeOf({ status: 'completed', output: [reasoning, question] }), undefined, {
      serverTools: [{ ...server, ...more }],
    })

  it.each([[{}], [{ require_approval: 'always' }], [{ require_approval: { never: { tool_names: ['look'] } } }]])(
    'is a call where the server may ask: %j',
    async (more) => {
      const { blocks, turn } = await asked(more)
      expect(providerCalls(turn)[0]?.stop).toBe('tool_calls')
      expect(firstCall(blocks)).toMatchObject({
        name: 'mcp_approval_request',
        input: { state: 'parsed', value: { server: 'dice', name: 'roll', arguments: { n: 1 } } },
      })
    },
  )

  it('is something that the provider did where no server is known to ask', async () => {
    const { blocks } = await asked({ require_approval: 'never' })
    expect(blocks.at(-1)).toMatchObject({ kind: 'provider', type: 'mcp_approval_request', name: 'roll' })
  })

  it.each([
    ['true', {}, { approve: true }],
    ['{"approve":true,"reason":"fine"}', {}, { approve: true, reason: 'fine' }],
    ['false', {}, { approve: false }],
    ['{"approve":false,"reason":"Too many dice."}', {}, { approve: false, reason: 'Too many dice.' }],
    ['yes', {}, { approve: false, reason: 'yes' }],
    ['true', { outcome: 'denied' }, { approve: false, reason: 'true' }],
    ['Not run.', { outcome: 'not-run' }, { approve: false, reason: 'Not run.' }],
  ] as const)('is answered by a result, %s with %j', async (content, more, wanted) => {
    const { blocks } = await asked()
    const told = [...blocks, resultOf(firstCall(blocks)?.callId ?? '', { content, ...more })]
    expect(sent(told)).toEqual([
      ...[reasoning, question],
      { type: 'mcp_approval_response', approval_request_id: 'mcpr_1', ...wanted },
    ])
  })

  it('is told as a text where its message cannot go back', async () => {
    const { blocks } = await asked()
    const told = [...blocks, resultOf(firstCall(blocks)?.callId ?? '', { content: 'true' })]
    expect(sent(told, {}, 'gpt-5-nano').map(({ role, type }) => role ?? type)).toEqual(['assistant', 'user'])
    expect(codesOf(told, {}, 'gpt-5-nano')).toEqual(['reasoning-dropped', 'call-in-words'])
  })

  it('is answered by its id alone where the provider keeps the rest', async () => {
    const { blocks } = await play(
      wholeOf({ id: 'resp_1', status: 'completed', store: true, output: [question] }),
      undefined,
      {
        serverTools: [server],
      },
    )
    const told = [...blocks, resultOf(firstCall(blocks)?.callId ?? '', { content: 'true' })]
    const body = parseBody(prepare(told, { previousResponse: true }).body)
    expect(body.input).toEqual([{ type: 'mcp_approval_response', approval_request_id: 'mcpr_1', approve: true }])
  })
})
