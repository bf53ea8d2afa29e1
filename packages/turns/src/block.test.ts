import { expect, expectTypeOf, it } from 'vitest'
import type {
  AssistantBlock,
  Block,
  ContentPart,
  JsonValue,
  ToolCallBlock,
  ToolResultBlock,
  UserBlock,
} from './index.ts'
import { contentText, findContentProblem, textPart, userBlock } from './index.ts'

it('the kind of a block says what else it has', () => {
  const read = (block: Block): unknown => {
    switch (block.kind) {
      case 'system':
      case 'reasoning':
        return expectTypeOf(block.text).toEqualTypeOf<string>()
      case 'assistant':
        expectTypeOf(block).toEqualTypeOf<AssistantBlock>()
        return expectTypeOf(block.refusal).toEqualTypeOf<true | undefined>()
      case 'user':
        expectTypeOf(block).toEqualTypeOf<UserBlock>()
        return expectTypeOf(block.content).toEqualTypeOf<readonly ContentPart[]>()
      case 'tool-call':
        expectTypeOf(block).toEqualTypeOf<ToolCallBlock>()
        return block.input.state === 'parsed'
          ? expectTypeOf(block.input.value).toEqualTypeOf<JsonValue>()
          : expectTypeOf(block.input.raw).toEqualTypeOf<string>()
      case 'tool-result':
        return expectTypeOf(block).toEqualTypeOf<ToolResultBlock>()
      case 'provider':
        return expectTypeOf(block.output).toEqualTypeOf<JsonValue | undefined>()
      case 'unknown':
        // @ts-expect-error what an unknown block holds is not typed
        return block.text
      default:
        return expectTypeOf(block).toBeNever()
    }
  }
  expect(read).toBeTypeOf('function')
})

it('a block cannot be changed, by type or at run time', () => {
  const block = userBlock('hi')
  expect(() => {
    // @ts-expect-error readonly
    block.kind = 'assistant'
  }).toThrow(TypeError)
  expect(() => {
    // @ts-expect-error readonly
    block.content.push(textPart('more'))
  }).toThrow(TypeError)
})

it('contentText gives the text parts, a line each, and leaves out the rest', () => {
  const image: ContentPart = { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } }
  expect(contentText([textPart('a'), image, textPart('b')])).toBe('a\nb')
  expect(contentText([image])).toBe('')
})

it('findContentProblem says what is wrong with parts that a tool gave', () => {
  expect(findContentProblem([textPart('a')], 'output.content')).toBeUndefined()
  expect(findContentProblem([textPart('a'), { type: 'image', source: {} }], 'output.content')).toMatch(
    /^output\.content\[1\]\.source\.type must be "base64" or "url" or "provider-file", not undefined$/,
  )
  expect(findContentProblem([{ type: 'text', text: 'a', at: new Date(0) }], 'output.content')).toBe(
    'output.content[0].at is an instance of Date, not plain data',
  )
})
