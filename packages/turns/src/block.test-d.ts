import { expectTypeOf } from 'vitest'
import { z } from 'zod'
import type { Block, ContentPart, JsonObject, JsonValue, ToolCallBlock, ToolCallInput, Turn } from './index.ts'
import { defineKey, unansweredCalls, userBlock, withData, withMetadata } from './index.ts'

declare const block: Block
declare const turn: Turn

// The kind says what a block holds, and what it does not.
switch (block.kind) {
  case 'system':
  case 'assistant':
  case 'reasoning':
    expectTypeOf(block.text).toEqualTypeOf<string>()
    // @ts-expect-error a text is no content
    block.content
    break
  case 'user':
    expectTypeOf(block.content).toEqualTypeOf<readonly ContentPart[]>()
    // @ts-expect-error a user may send more than text
    block.text
    break
  case 'tool-call':
    expectTypeOf(block.input).toEqualTypeOf<ToolCallInput>()
    break
  case 'tool-result':
    expectTypeOf(block.callId).toEqualTypeOf<string>()
    break
  case 'provider':
    expectTypeOf(block.type).toEqualTypeOf<string>()
    break
  case 'unknown':
    expectTypeOf(block.stored).toEqualTypeOf<JsonObject>()
    break
  default:
    expectTypeOf(block).toBeNever()
}

// Arguments have a value only when they arrived whole.
declare const input: ToolCallInput
if (input.state === 'parsed') {
  expectTypeOf(input.value).toEqualTypeOf<JsonValue>()
  // @ts-expect-error what is parsed has no raw text
  input.raw
} else {
  expectTypeOf(input.raw).toEqualTypeOf<string>()
  // @ts-expect-error what did not arrive whole has no value
  input.value
}

// A filter by kind gives blocks of that kind, and calls are found as such.
expectTypeOf(turn.blocks.filter((one) => one.kind === 'tool-call')).toEqualTypeOf<ToolCallBlock[]>()
expectTypeOf(unansweredCalls(turn)).toEqualTypeOf<readonly ToolCallBlock[]>()

// What is said cannot be changed.
// @ts-expect-error blocks are added by appendBlocks
turn.blocks.push(userBlock('Hi'))
// @ts-expect-error a changed block is a new one
userBlock('Hi').id = 'other'
// @ts-expect-error data is written through keys
turn.data.model = 'other'
// @ts-expect-error whole or cut off: there is no third
userBlock('Hi', { complete: true })
// @ts-expect-error neither a text nor parts
userBlock({ text: 'Hi' })

// A key knows its value, also where an interface is its type.
interface Customer {
  readonly id: string
  readonly tags?: readonly string[]
}
const count = defineKey('acme.count', z.number())
const customer = defineKey<Customer>('acme.customer', z.object({ id: z.string() }))
expectTypeOf(count.read(turn.data)).toEqualTypeOf<number | undefined>()
expectTypeOf(customer.read(turn.metadata)).toEqualTypeOf<Customer | undefined>()
expectTypeOf(withData(turn, count, 3)).toEqualTypeOf<Turn>()
// @ts-expect-error not a number
withData(turn, count, '3')
// @ts-expect-error a customer has an id
withMetadata(turn, customer, {})
