import fc from 'fast-check'
import type { Block, DataKey, JsonObject, JsonValue, ToolCallBlock, ToolCallInput, ToolOutcome, Turn } from './index.ts'
import {
  appendBlocks,
  assistantBlock,
  createTurn,
  decodeBlock,
  decodeTurn,
  encodeBlock,
  encodeTurn,
  parseToolInput,
  parseTurn,
  providerBlock,
  reasoningBlock,
  rebaseView,
  replaceBlock,
  sealTurn,
  stringifyTurn,
  systemBlock,
  textPart,
  toolCallBlock,
  toolResultBlock,
  unansweredCalls,
  userBlock,
  withBlocks,
  withData,
  withMetadata,
  withoutData,
  withView,
} from './index.ts'
import { defineCheckedKey } from './keys.ts'

/** Texts of any code units, also halves of surrogate pairs, and those that have broken somebody before. */
const text: fc.Arbitrary<string> = fc.oneof(
  fc.string({ maxLength: 8, unit: 'binary' }),
  fc.string({ maxLength: 6, unit: fc.nat({ max: 0xffff }).map((code) => String.fromCharCode(code)) }),
  fc.constantFrom(
    '\u0000',
    '\u2028\u2029',
    '\ufeff',
    ' \t\n',
    '\ud83e',
    '</script>',
    '"\\',
    'null',
    'x'.repeat(50_000),
  ),
)
const filled = text.map((value) => `x${value}`)

/** Names of fields, also those that mean something to JavaScript. */
const fieldName: fc.Arbitrary<string> = fc.oneof(
  text.filter((value) => value.length < 100),
  fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then', 'length', '0', ''),
)

const { value: json }: { value: fc.Arbitrary<JsonValue> } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    text,
    // What JSON gives back as it was: it knows no -0.
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (number === 0 ? 0 : number)),
    fc.constantFrom<JsonValue>(true, false, null),
    fc.array(tie('value'), { maxLength: 3 }),
    objectOf(tie('value')),
  ),
}))

/** By way of text: only so is a field named __proto__ a field. */
function objectOf(value: fc.Arbitrary<JsonValue>): fc.Arbitrary<JsonObject> {
  return fc.array(fc.tuple(fieldName, value), { maxLength: 3 }).map((fields): JsonObject => {
    const parts = fields.map(([name, inner]) => `${JSON.stringify(name)}:${JSON.stringify(inner)}`)
    return JSON.parse(`{${parts.join(',')}}`)
  })
}

const object = objectOf(json)
const input: fc.Arbitrary<ToolCallInput> = fc.oneof(
  json.map((value): ToolCallInput => ({ state: 'parsed', value })),
  text.map((raw): ToolCallInput => ({ state: 'incomplete', raw })),
  fc.tuple(text, fc.boolean()).map(([raw, isClosed]) => parseToolInput(raw, isClosed)),
)
/** Keys, also such as would find something where nothing was written. */
export const keys: readonly DataKey<JsonValue>[] = ['acme.note', '__proto__', 'constructor', 'toString'].map((name) =>
  defineCheckedKey<JsonValue>(name, () => () => undefined),
)
const key = fc.constantFrom(...keys)

/** What a model, a user, a tool, a middleware or a store can do to a conversation. Which block or call is meant, `which` says. */
export type Step =
  | {
      readonly do: 'say'
      readonly kind: 'system' | 'user' | 'assistant' | 'reasoning' | 'provider'
      readonly text: string
      readonly isWhole: boolean
      readonly metadata: JsonObject
    }
  | { readonly do: 'call'; readonly input: ToolCallInput }
  | { readonly do: 'answer'; readonly which: number; readonly outcome: ToolOutcome }
  /** A block of a kind that this version does not know. */
  | { readonly do: 'unknown'; readonly kind: string; readonly fields: JsonObject }
  /** A field on a known block that this version does not know. */
  | { readonly do: 'later'; readonly which: number; readonly value: JsonValue }
  | { readonly do: 'replace'; readonly which: number; readonly metadata: JsonObject }
  | {
      readonly do: 'view'
      readonly show: readonly boolean[]
      readonly isShortened: boolean
      /** What comes back is other objects of the same value, as from a worker. */
      readonly isCopied: boolean
    }
  | {
      readonly do: 'note'
      readonly on: 'data' | 'metadata'
      readonly key: DataKey<JsonValue>
      readonly value: JsonValue
    }
  | { readonly do: 'forget'; readonly key: DataKey<JsonValue> }
  | { readonly do: 'fork'; readonly which: number }
  | { readonly do: 'seal' }
  | { readonly do: 'store'; readonly by: 'text' | 'clone' }

const which = fc.nat()

const said: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('say' as const),
  kind: fc.constantFrom('system', 'user', 'user', 'assistant', 'reasoning', 'provider'),
  text: filled,
  isWhole: fc.boolean(),
  metadata: object,
})
const called: fc.Arbitrary<Step> = fc.record({ do: fc.constant('call' as const), input })
const answered: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('answer' as const),
  which,
  outcome: fc.constantFrom<ToolOutcome>('ok', 'error', 'cancelled', 'unknown', 'pending'),
})
const viewed: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('view' as const),
  show: fc.array(fc.boolean(), { maxLength: 12 }),
  isShortened: fc.boolean(),
  isCopied: fc.boolean(),
})
const touched: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('unknown' as const),
    kind: fc.constantFrom('hologram', '__proto__', 'constructor', 'toString', 'unknown'),
    fields: object,
  }),
  fc.record({ do: fc.constant('later' as const), which, value: json }),
  fc.record({ do: fc.constant('replace' as const), which, metadata: object }),
  fc.record({ do: fc.constant('note' as const), on: fc.constantFrom('data', 'metadata'), key, value: json }),
  fc.record({ do: fc.constant('forget' as const), key }),
)
const kept: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('fork' as const), which }),
  fc.constant<Step>({ do: 'seal' }),
  fc.record({ do: fc.constant('store' as const), by: fc.constantFrom('text', 'clone') }),
)

/** Mostly a conversation, and in between what may happen to one. */
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: said },
  { weight: 3, arbitrary: called },
  { weight: 3, arbitrary: answered },
  { weight: 2, arbitrary: viewed },
  { weight: 4, arbitrary: touched },
  { weight: 2, arbitrary: kept },
)

function say({ kind, text: said, isWhole, metadata }: Step & { do: 'say' }, id: string): Block {
  const fields = { id, createdAt: 1, metadata, ...(isWhole ? undefined : { complete: false as const }) }
  switch (kind) {
    case 'system':
      return systemBlock(said, fields)
    case 'user':
      return userBlock(said, fields)
    case 'assistant':
      return assistantBlock(said, fields)
    case 'reasoning':
      return reasoningBlock(said, fields)
    case 'provider':
      return providerBlock(said, fields)
  }
}

function sealedIds(prefix: string): () => string {
  let count = 0
  return () => `${prefix}-sealed-${++count}`
}

/** The calls that have no result yet, in order; told without the code that is tested. */
export function openCalls(turn: Turn): readonly ToolCallBlock[] {
  const answered = new Set(turn.blocks.map((block) => (block.kind === 'tool-result' ? block.callId : '')))
  return turn.blocks.filter((block) => block.kind === 'tool-call').filter(({ callId }) => !answered.has(callId))
}

function take(turn: Turn, step: Step, id: string): Turn {
  switch (step.do) {
    case 'say':
      return appendBlocks(turn, say(step, id))
    case 'call':
      return appendBlocks(turn, toolCallBlock({ callId: id, name: 'tool', input: step.input }, { id, createdAt: 1 }))
    case 'answer': {
      const open = unansweredCalls(turn)
      const call = open[step.which % open.length]
      if (call === undefined) return turn
      const result = { callId: call.callId, name: call.name, outcome: step.outcome, content: 'done' }
      return appendBlocks(turn, toolResultBlock(result, { id, createdAt: 1 }))
    }
    case 'unknown':
      return appendBlocks(turn, decodeBlock({ ...step.fields, kind: step.kind, id }, 'block'))
    case 'later': {
      const block = turn.blocks[step.which % turn.blocks.length]
      if (block === undefined || block.kind === 'unknown') return turn
      return replaceBlock(turn, decodeBlock({ ...encodeBlock(block), laterField: step.value }, 'block'))
    }
    case 'replace': {
      const block = turn.blocks[step.which % turn.blocks.length]
      return block === undefined || block.kind === 'unknown'
        ? turn
        : replaceBlock(turn, { ...block, metadata: step.metadata })
    }
    case 'view': {
      const shown = turn.blocks.filter((_, index) => step.show[index] !== false)
      const view = withView(turn, [
        systemBlock('a summary', { id: `${id}-summary` }),
        ...shown.map((block) =>
          step.isShortened && block.kind === 'user' ? { ...block, content: [textPart('short')] } : block,
        ),
      ])
      const returned = step.isCopied ? withBlocks(view, structuredClone(view.blocks)) : view
      return rebaseView(view, appendBlocks(returned, assistantBlock('seen', { id, createdAt: 1 })))
    }
    case 'note':
      return step.on === 'data' ? withData(turn, step.key, step.value) : withMetadata(turn, step.key, step.value)
    case 'forget':
      return withoutData(turn, step.key)
    case 'fork':
      return withBlocks({ ...turn, id: `${id}-fork`, parentId: turn.id }, turn.blocks.slice(0, step.which % 24))
    case 'seal':
      return sealTurn(turn, { nextId: sealedIds(id), now: () => 1 })
    case 'store':
      return step.by === 'text' ? parseTurn(stringifyTurn(turn)) : decodeTurn(structuredClone(encodeTurn(turn)))
  }
}

export interface Story {
  /** A field of the turn that this version does not know. */
  readonly extra: JsonValue
  readonly data: JsonObject
  readonly steps: readonly Step[]
}

export const conversation: fc.Arbitrary<Story> = fc.record({
  extra: json,
  data: object,
  steps: fc.array(step, { maxLength: 20, size: 'max' }),
})

/** What is made of a turn, step by step; the block or call that step `index` makes has the id `b<index>`. */
export function play({ extra, data, steps }: Story, onStep: (before: Turn, after: Turn, step: Step) => void): Turn {
  const begin = withBlocks({ ...createTurn({ id: 't', createdAt: 1, data }), ...{ laterField: extra } }, [])
  return steps.reduce((turn, step, index) => {
    const next = take(turn, step, `b${index}`)
    onStep(turn, next, step)
    return next
  }, begin)
}

/** Replaces something in `value`, at most `depth` levels down, on the way that `where` chooses. */
export function damage(value: unknown, where: number, depth: number, by: JsonValue): void {
  if (typeof value !== 'object' || value === null) return
  const names = Object.keys(value)
  const name = names[where % names.length]
  if (name === undefined) return
  const inner: unknown = Reflect.get(value, name)
  if (depth > 0 && typeof inner === 'object' && inner !== null) damage(inner, where + 1, depth - 1, by)
  else Reflect.defineProperty(value, name, { value: by, enumerable: true, configurable: true, writable: true })
}

/** What somebody may find in the place of anything. */
export const anything: fc.Arbitrary<JsonValue> = fc.oneof(json, fieldName, fc.constantFrom('user', 'parsed', 'text'))
