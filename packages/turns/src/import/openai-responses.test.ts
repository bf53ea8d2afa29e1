import { describe, expect, it } from 'vitest'
import { importOpenAIResponsesItems } from '../import.ts'
import { homeOptions, linesOf, lossesOf, payloadsOf, plainOptions } from './import.test-helper.ts'

const importPlain = (...items: readonly unknown[]) => importOpenAIResponsesItems(items, plainOptions())
const importHome = (...items: readonly unknown[]) => importOpenAIResponsesItems(items, homeOptions())

const reasoning = {
  type: 'reasoning',
  id: 'rs_1',
  summary: [
    { type: 'summary_text', text: 'One.' },
    { type: 'summary_text', text: 'Two.' },
  ],
  encrypted_content: 'secret',
}
const call = { type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'f', arguments: '{"a":1}', status: 'completed' }
const output = { type: 'function_call_output', call_id: 'c1', output: '12' }
const message = {
  type: 'message',
  id: 'msg_1',
  role: 'assistant',
  status: 'completed',
  phase: 'final_answer',
  content: [{ type: 'output_text', text: 'Mild.', annotations: [{ type: 'url_citation', url: 'https://a.example' }] }],
}

describe('importOpenAIResponsesItems', () => {
  it('reads messages in all their forms', () => {
    const result = importPlain(
      { role: 'developer', content: 'Be kind.' },
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'Hello' },
      {
        type: 'message',
        role: 'user',
        content: [
          { type: 'input_text', text: 'And this?' },
          { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'high' },
          { type: 'input_file', file_id: 'file_1' },
          { type: 'input_file', file_url: 'https://example.com/a.pdf' },
        ],
      },
      { type: 'message', role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] },
    )
    expect(linesOf(result)).toEqual([
      'system: Be kind.',
      'user: Hi',
      'assistant: Hello',
      'user: And this? + image + file + file',
      'assistant: No.',
    ])
    expect(result.losses).toEqual([])
  })

  it('keeps the items of an answer as one message, where it is known whose they are', () => {
    const result = importHome({ role: 'user', content: 'Hi' }, reasoning, call, output, message)
    expect(linesOf(result)).toEqual([
      'user: Hi',
      'reasoning: One.',
      'reasoning: Two.',
      'call c1 f: {"a":1}',
      'result c1 f ok: 12',
      'assistant: Mild.',
    ])
    expect(payloadsOf(result)).toEqual([
      undefined,
      { place: 0, part: 0, parts: 2, item: reasoning },
      { place: 0, part: 1, parts: 2 },
      { place: 1, part: 0, parts: 1, item: call, last: true },
      undefined,
      { place: 0, part: 0, parts: 1, item: message, last: true },
    ])
    const groups = result.turn.blocks.map(({ native }) => native?.group)
    expect(groups[1]).toBe(groups[3])
    expect(groups[5]).not.toBe(groups[1])
    expect(result.losses).toEqual([])
  })

  it('tells of what only its maker understands, and keeps what can be read', () => {
    const result = importPlain({ ...reasoning, summary: [] }, reasoning, call, output, message, {
      type: 'web_search_call',
      id: 'ws_1',
      action: { type: 'search', query: 'weather' },
      status: 'completed',
    })
    expect(linesOf(result)).toEqual([
      'reasoning: One.',
      'reasoning: Two.',
      'call c1 f: {"a":1}',
      'result c1 f ok: 12',
      'assistant: Mild.',
      'provider web_search_call',
    ])
    expect(result.losses.map(({ path }) => path)).toEqual([
      'items[0].encrypted_content',
      'items[1].encrypted_content',
      'items[5]',
      'items[0].id',
      'items[1].id',
      'items[2].id',
      'items[4].id',
      'items[4].phase',
    ])
  })

  it('never takes a call for whole that was cut off', () => {
    const cut = { ...call, arguments: '{"a":1}', status: 'incomplete' }
    const result = importHome(reasoning, cut)
    expect(result.turn.blocks[2]).toMatchObject({ input: { state: 'incomplete', raw: '{"a":1}' }, complete: false })
    expect(result.turn.blocks[2]).not.toHaveProperty('native')
    expect(linesOf(result).at(-1)).toContain('result c1 f not-run')
  })

  it('reads the calls of all the client’s tools, and their results', () => {
    const calls = [
      { type: 'custom_tool_call', call_id: 'a', name: 'sql', input: 'SELECT 1' },
      { type: 'local_shell_call', id: 'l', call_id: 'b', action: { command: ['ls'] }, status: 'completed' },
      { type: 'shell_call', call_id: 'c', action: { commands: ['ls'] } },
      { type: 'apply_patch_call', call_id: 'd', operation: { type: 'delete_file', path: 'x' }, status: 'completed' },
      { type: 'computer_call', id: 'cc', call_id: 'e', actions: [{ type: 'click' }], pending_safety_checks: [] },
    ]
    const outputs = [
      { type: 'custom_tool_call_output', call_id: 'a', output: '1' },
      { type: 'local_shell_call_output', id: 'b', output: 'x' },
      {
        type: 'shell_call_output',
        call_id: 'c',
        output: [{ stdout: 'x', stderr: 'no y', outcome: { type: 'exit', exit_code: 1 } }],
      },
      { type: 'apply_patch_call_output', call_id: 'd', status: 'failed', output: 'locked' },
      {
        type: 'computer_call_output',
        call_id: 'e',
        output: { type: 'computer_screenshot', image_url: 'data:image/png;base64,AA' },
      },
    ]
    const result = importHome(...calls, ...outputs)
    expect(linesOf(result)).toEqual([
      'call a sql: "SELECT 1"',
      'call b local_shell_call: {"command":["ls"]}',
      'call c shell_call: {"commands":["ls"]}',
      'call d apply_patch_call: {"type":"delete_file","path":"x"}',
      'call e computer_call: [{"type":"click"}]',
      'result a sql ok: 1',
      'result b local_shell_call ok: x',
      'result c shell_call error: x\nno y',
      'result d apply_patch_call error: locked',
      'result e computer_call ok: ',
    ])
    expect(result.losses).toEqual([])
  })

  it('takes a shell in a container of the provider for the provider’s', () => {
    const environment = { type: 'container_reference', container_id: 'c' }
    const result = importHome(
      { type: 'shell_call', call_id: 'c', action: { commands: ['ls'] }, environment },
      { type: 'shell_call_output', call_id: 'c', output: [] },
    )
    expect(linesOf(result)).toEqual(['provider shell_call', 'provider shell_call_output'])
  })

  it('tells of what has no place in a turn, and goes on', () => {
    const result = importPlain(
      4,
      { type: 'item_reference', id: 'msg_9' },
      { type: 'mcp_approval_response', approval_request_id: 'm', approve: true },
      { type: 'function_call_output', call_id: 'nobody', output: 'lost' },
      { type: 'function_call', call_id: 'c' },
      { role: 'user', content: 'Hi' },
    )
    expect(linesOf(result)).toEqual(['user: Hi'])
    expect(lossesOf(result)).toHaveLength(5)
  })
})

it('importOpenAIResponsesItems reads a search for tools that the client made, and leaves others to the provider', () => {
  const search = { type: 'tool_search_call', call_id: 'c', arguments: { query: 'a' }, execution: 'client' }
  const found = {
    type: 'tool_search_output',
    call_id: 'c',
    execution: 'client',
    tools: [{ type: 'function', name: 'f' }],
  }
  const result = importOpenAIResponsesItems([search, found], homeOptions())
  expect(linesOf(result)).toEqual([
    'call c tool_search_call: {"query":"a"}',
    'result c tool_search_call ok: [{"type":"function","name":"f"}]',
  ])
  expect(result.losses).toEqual([])
  const theirs = importOpenAIResponsesItems([{ ...search, execution: 'server' }], homeOptions())
  expect(linesOf(theirs)).toEqual(['provider tool_search_call'])
})
