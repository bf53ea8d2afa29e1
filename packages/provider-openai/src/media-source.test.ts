import { listIn } from '@geppetto/engine'
import {
  type Block,
  type ContentPart,
  createTurn,
  isJsonObject,
  textPart,
  toolCallBlock,
  toolResultBlock,
  userBlock,
} from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { openaiChatAdapter } from './chat/adapter.ts'
import { openaiResponsesAdapter } from './responses/adapter.ts'

const base64 = (data: string) => ({ type: 'base64', data }) as const
const url = (address: string) => ({ type: 'url', url: address }) as const

describe.each([
  { api: 'Chat Completions', adapter: openaiChatAdapter({ host: 'openai' }), list: 'messages' },
  { api: 'Responses', adapter: openaiResponsesAdapter(), list: 'input' },
])('media for $api', ({ adapter, list }) => {
  const prepare = (...blocks: readonly Block[]) =>
    adapter.prepare(createTurn({ blocks: [...blocks] }), { model: 'gpt-5-mini' }, 'api.openai.com').body
  const partsOf = (part: ContentPart) => {
    const body: unknown = JSON.parse(prepare(userBlock([part])))
    const [message] = listIn(body, list)
    return listIn(message, 'content').filter(isJsonObject)
  }

  it.each<[string, ContentPart, string]>([
    ['an address without a scheme', { type: 'image', source: url('example.com/a.png') }, 'the image in content[1]'],
    ['an address of this machine', { type: 'image', source: url('file:///tmp/a.png') }, 'the image in content[1]'],
    ['an address of a page', { type: 'image', source: url('blob:https://example.com/1') }, 'the image in content[1]'],
  ])('that are %s are refused, and named', (_what, part, name) => {
    const block = userBlock([textPart('See'), part])
    const refused = expect.objectContaining({ code: 'unsupported', message: expect.stringContaining(name) })
    expect(() => prepare(block)).toThrow(refused)
    expect(() => prepare(block)).toThrow(block.id)
  })

  it('in a result are refused, too', () => {
    const part: ContentPart = { type: 'image', source: url('a.png') }
    const call = toolCallBlock({ callId: 'c', name: 'f', input: { state: 'parsed', value: {} } })
    const result = toolResultBlock({ callId: 'c', name: 'f', outcome: 'ok', content: [part] })
    expect(() => prepare(userBlock('Q'), call, result)).toThrow('the image in content[0]')
  })

  it('that are files of an image type are images', () => {
    const image = partsOf({ type: 'image', mediaType: 'image/png', source: base64('AAAA') })
    expect(partsOf({ type: 'file', mediaType: 'image/png', name: 'a.png', source: base64('AAAA') })).toEqual(image)
  })

  it('by an address that is their data go as it is', () => {
    const [image] = partsOf({ type: 'image', source: url('data:image/png;base64,AAAA') })
    expect(JSON.stringify(image)).toContain('"data:image/png;base64,AAAA"')
    const [file] = partsOf({ type: 'file', source: url('data:text/csv;base64,AAAA') })
    expect(JSON.stringify(file)).toContain('"filename":"document.csv","file_data":"data:text/csv;base64,AAAA"')
  })
})

it('an image by an address that is its data goes to hosts that fetch none', () => {
  const turn = createTurn({ blocks: [userBlock([{ type: 'image', source: url('data:image/png;base64,AAAA') }])] })
  const { body } = openaiChatAdapter({ host: 'ollama' }).prepare(turn, { model: 'm' }, 'localhost:11434')
  expect(body).toContain('data:image/png;base64,AAAA')
})
