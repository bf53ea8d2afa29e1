import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { defineTool, type ToolOptions } from './define-tool.ts'
import { outputToContent } from './tool-output.ts'

/** The content that a tool's output becomes, or the message of the error. */
async function contentOf(value: unknown, output?: ToolOptions<unknown, unknown>['output']): Promise<unknown> {
  const tool = defineTool({
    name: 'a',
    description: 'A.',
    input: z.object({}),
    ...(output === undefined ? undefined : { output }),
  })
  const content = await outputToContent(value, { callId: 'c1', tool, input: {}, rawInput: {} })
  return content instanceof Error ? `${content.code}: ${content.message}` : content
}

const text = (words: string) => [{ type: 'text', text: words }]
const image = { type: 'image', mediaType: 'image/png', source: { type: 'base64', data: 'AAAA' } }
const cyclic: { self?: unknown } = {}
cyclic.self = cyclic
const unreadable = {
  get value(): string {
    throw new Error('not now')
  },
}

describe('the output of a tool', () => {
  it.each([
    ['a text as it is', 'sunny', 'sunny'],
    ['an empty text as it is', '', ''],
    ['nothing as a word that says so', undefined, 'Done.'],
    ['null as JSON', null, 'null'],
    ['a number as JSON', 21.5, '21.5'],
    ['data as JSON, without what is undefined', { city: 'Paris', wind: undefined }, '{"city":"Paris"}'],
    ['a list as JSON', [1, { a: [] }], '[1,{"a":[]}]'],
    ['data with a content field of its own as JSON', { content: ['a'] }, '{"content":["a"]}'],
    [
      'parts beside other fields as JSON',
      { content: text('a'), more: 1 },
      '{"content":[{"type":"text","text":"a"}],"more":1}',
    ],
  ])('gives %s', async (_, value, words) => {
    expect(await contentOf(value)).toEqual(text(words))
  })

  it('gives content parts as they are', async () => {
    expect(await contentOf({ content: [...text('a picture'), image] })).toEqual([...text('a picture'), image])
    expect(await contentOf({ content: [] })).toEqual([])
  })

  it('copies content parts, because results are frozen and the tool may keep its own', async () => {
    const parts = [{ ...image, source: { ...image.source } }]
    const content = await contentOf({ content: parts })
    expect(content).toEqual(parts)
    expect(content).not.toBe(parts)
    expect(Object.is(Reflect.get(Object(content), 0), parts[0])).toBe(false)
  })

  it('gives the text of a result of MCP, not its JSON', async () => {
    expect(await contentOf({ content: text('sunny'), isError: false })).toEqual(text('sunny'))
    const structured = { content: text('{"a":1}'), structuredContent: { a: 1 }, _meta: { b: 2 } }
    expect(await contentOf(structured)).toEqual(text('{"a":1}'))
    expect(await contentOf({ content: [], structuredContent: { a: 1 } })).toEqual(
      text('{"content":[],"structuredContent":{"a":1}}'),
    )
  })

  it('is a failure, by its text, where a result of MCP says so', async () => {
    const parts = [...text('no such city:'), ...text('Atlantis')]
    expect(await contentOf({ content: parts, isError: true })).toBe('execution_failed: no such city:\nAtlantis')
    expect(await contentOf({ content: [], isError: true })).toBe(
      'execution_failed: The tool failed, and did not say why.',
    )
    // Data that has such a field, too.
    expect(await contentOf({ rows: [], isError: true })).toEqual(text('{"rows":[],"isError":true}'))
  })

  it.each([
    [
      'bytes that are no base64',
      { content: [{ ...image, source: { type: 'base64', data: '?' } }] },
      'output.content[0] has bytes that are no base64',
    ],
    ['a map', { rows: [new Map()] }, 'output.rows[0] is an instance of Map, not plain data'],
    [
      'an image as MCP has it',
      { content: [{ type: 'image', data: 'AAAA', mimeType: 'image/png' }], isError: false },
      "output.content[0] is a part as MCP has it: here it is { type: 'image', source: { type: 'base64', data }, mediaType }",
    ],
    ['a number that JSON has not', { degrees: [Number.NaN] }, 'output.degrees[0] is NaN, which JSON cannot hold'],
    ['a big integer', 1n, 'output is a bigint'],
    ['a function', () => {}, 'output is a function'],
    [
      'a part without its media',
      { content: [{ type: 'image', data: 'AAAA' }] },
      'output.content[0] is a image part without a source',
    ],
    ['a text part without text', { content: [{ type: 'text' }] }, 'output.content[0] is a text part without text'],
    ['data that contains itself', cyclic, 'in a circle'],
    ['a getter, which may throw or change', unreadable, 'output.value is a getter or setter, not plain data'],
  ])('says of %s that it cannot be sent', async (_, value, problem) => {
    const error = await contentOf(value)
    expect(error).toContain('invalid_output: The tool ran, but ')
    expect(error).toContain(problem)
  })

  it('is what the output schema made of it', async () => {
    const output = z.object({ celsius: z.number().default(0) })
    expect(await contentOf({ celsius: 1, secret: 'x' }, output)).toEqual(text('{"celsius":1}'))
    expect(await contentOf({}, output)).toEqual(text('{"celsius":0}'))
  })

  it('is refused, with the issues, when it does not fit the output schema', async () => {
    expect(await contentOf({ celsius: 'warm' }, z.object({ celsius: z.number() }))).toMatch(
      /^invalid_output: The tool ran, but what the tool returned does not fit its output schema: celsius: /,
    )
  })
})
