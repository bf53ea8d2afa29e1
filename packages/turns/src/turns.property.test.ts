import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Block, JsonObject, JsonValue, ToolCallInput, Turn } from './index.ts'
import {
  appendBlocks,
  assistantBlock,
  createTurn,
  decodeBlock,
  parseToolInput,
  parseTurn,
  providerBlock,
  reasoningBlock,
  rebaseView,
  replaceBlock,
  sealTurn,
  stringifyTurn,
  systemBlock,
  toolCallBlock,
  toolResultBlock,
  userBlock,
  validateTurn,
  viewedTurn,
  withView,
} from './index.ts'

const text = fc.string({ maxLength: 8, unit: 'binary' })
const filled = text.map((value) => `x${value}`)
/** What JSON can hold and gives back as it was: it knows no -0. */
const json = fc.jsonValue({ maxDepth: 2 }).map((value): JsonValue => JSON.parse(JSON.stringify(value)))
const object = fc.dictionary(fc.string({ maxLength: 4 }), json, { maxKeys: 3 }).map((value): JsonObject => value)
const input: fc.Arbitrary<ToolCallInput> = fc.oneof(
  json.map((value): ToolCallInput => ({ state: 'parsed', value })),
  text.map((raw): ToolCallInput => ({ state: 'incomplete', raw })),
  fc.tuple(text, fc.boolean()).map(([raw, isClosed]) => parseToolInput(raw, isClosed)),
)

/** What a model, a user or a tool can do to a conversation. Which block or call is meant, `which` says. */
type Step =
  | {
      readonly do: 'say'
      readonly kind: 'system' | 'user' | 'assistant' | 'reasoning' | 'provider'
      readonly text: string
      readonly isWhole: boolean
      readonly metadata: JsonObject
    }
  | { readonly do: 'call'; readonly input: ToolCallInput }
  | { readonly do: 'answer'; readonly which: number }
  | { readonly do: 'unknown'; readonly fields: JsonObject }
  | { readonly do: 'replace'; readonly which: number; readonly metadata: JsonObject }
  | { readonly do: 'view'; readonly show: readonly boolean[]; readonly isShortened: boolean }
  | { readonly do: 'seal' }
  | { readonly do: 'store' }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('say' as const),
    kind: fc.constantFrom('system', 'user', 'assistant', 'reasoning', 'provider'),
    text: filled,
    isWhole: fc.boolean(),
    metadata: object,
  }),
  fc.record({ do: fc.constant('call' as const), input }),
  fc.record({ do: fc.constant('call' as const), input }),
  fc.record({ do: fc.constant('answer' as const), which: fc.nat() }),
  fc.record({ do: fc.constant('unknown' as const), fields: object }),
  fc.record({ do: fc.constant('replace' as const), which: fc.nat(), metadata: object }),
  fc.record({
    do: fc.constant('view' as const),
    show: fc.array(fc.boolean(), { maxLength: 12 }),
    isShortened: fc.boolean(),
  }),
  fc.constant<Step>({ do: 'seal' }),
  fc.constant<Step>({ do: 'store' }),
)

function say({ kind, text, isWhole, metadata }: Step & { do: 'say' }, id: string): Block {
  const fields = { id, createdAt: 1, metadata, ...(isWhole ? undefined : { complete: false as const }) }
  switch (kind) {
    case 'system':
      return systemBlock(text, fields)
    case 'user':
      return userBlock(text, fields)
    case 'assistant':
      return assistantBlock(text, fields)
    case 'reasoning':
      return reasoningBlock(text, fields)
    case 'provider':
      return providerBlock(text, fields)
  }
}

function sealedIds(prefix: string): () => string {
  let count = 0
  return () => `${prefix}-sealed-${++count}`
}

/** The calls that have no result yet, in order. */
function openCalls(turn: Turn): (Block & { kind: 'tool-call' })[] {
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
      const open = openCalls(turn)
      const call = open[step.which % open.length]
      if (call === undefined) return turn
      const result = { callId: call.callId, name: call.name, outcome: 'ok' as const, content: 'done' }
      return appendBlocks(turn, toolResultBlock(result, { id, createdAt: 1 }))
    }
    case 'unknown':
      return appendBlocks(turn, decodeBlock({ ...step.fields, kind: 'hologram', id }, 'block'))
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
          step.isShortened && block.kind === 'user' ? { ...block, content: [...block.content].slice(0, 1) } : block,
        ),
      ])
      return rebaseView(view, appendBlocks(view, assistantBlock('seen', { id, createdAt: 1 })))
    }
    case 'seal':
      return sealTurn(turn, { nextId: sealedIds(id), now: () => 1 })
    case 'store':
      return parseTurn(stringifyTurn(turn))
  }
}

const conversation = fc.record({ extra: json, data: object, steps: fc.array(step, { maxLength: 14 }) })

function play(
  { extra, data, steps }: { extra: JsonValue; data: JsonObject; steps: readonly Step[] },
  onStep: (before: Turn, after: Turn) => void,
): Turn {
  const begin: Turn = { ...createTurn({ id: 't', createdAt: 1, data }), ...{ laterField: extra } }
  return steps.reduce((turn, step, index) => {
    const next = take(turn, step, `b${index}`)
    onStep(turn, next)
    return next
  }, begin)
}

describe('whatever happens to a turn, in whatever order,', () => {
  it('it loses no block, and sealed it is valid, stays the same object, and comes back from storage as it was', () => {
    fc.assert(
      fc.property(conversation, (story) => {
        const turn = play(story, (before, after) => {
          expect(validateTurn(after, { open: true })).toEqual([])
          expect(viewedTurn(after)).toBeUndefined()
          const kept = new Set(after.blocks.map(({ id }) => id))
          expect(before.blocks.filter(({ id }) => !kept.has(id))).toEqual([])
        })
        const sealed = sealTurn(turn)
        expect(validateTurn(sealed)).toEqual([])
        expect(sealTurn(sealed)).toBe(sealed)
        expect(parseTurn(stringifyTurn(sealed))).toEqual(sealed)
      }),
      { numRuns: 400 },
    )
  })

  it('data that this version does not know is written back as it was read', () => {
    fc.assert(
      fc.property(conversation, (story) => {
        const stored = JSON.parse(stringifyTurn(sealTurn(play(story, () => {})))).turn
        expect(stored.laterField).toEqual(story.extra)
        expect(stored.data).toEqual(story.data)
        const holograms = stored.blocks.filter((block: JsonObject) => block.kind === 'hologram')
        const made = story.steps.flatMap((step, index) =>
          step.do === 'unknown' ? [{ ...step.fields, kind: 'hologram', id: `b${index}` }] : [],
        )
        expect(holograms).toEqual(made)
      }),
      { numRuns: 400 },
    )
  })

  it('sealing puts every result behind its call and before anybody else speaks', () => {
    fc.assert(
      fc.property(conversation, (story) => {
        const before = play(story, () => {})
        const { blocks } = sealTurn(before)
        const known = new Set(before.blocks.map(({ id }) => id))
        for (const call of openCalls(before)) {
          const from = blocks.findIndex(({ id }) => id === call.id)
          const to = blocks.findIndex((block) => block.kind === 'tool-result' && block.callId === call.callId)
          const between = blocks.slice(from, to).map(({ kind }) => kind)
          expect(to).toBeGreaterThan(from)
          expect(between).not.toContain('user')
          expect(between).not.toContain('system')
        }
        expect(blocks.filter(({ id }) => known.has(id)).map(({ id }) => id)).toEqual(before.blocks.map(({ id }) => id))
      }),
      { numRuns: 400 },
    )
  })
})

it('a damaged stored turn is a TurnError or a turn that can be stored, and never anything else', () => {
  fc.assert(
    fc.property(
      conversation,
      fc.array(fc.tuple(fc.nat(), fc.nat(), json), { minLength: 1, maxLength: 3 }),
      (story, damages) => {
        const stored: unknown = JSON.parse(stringifyTurn(play(story, () => {})))
        for (const [where, depth, value] of damages) damage(stored, where, depth % 6, value)
        let turn: Turn
        try {
          turn = parseTurn(JSON.stringify(stored))
        } catch (error) {
          expect(error).toMatchObject({ name: 'TurnError', field: expect.any(String) })
          return
        }
        expect(parseTurn(stringifyTurn(turn))).toEqual(turn)
        validateTurn(turn)
      },
    ),
    { numRuns: 400 },
  )
})

/** Replaces something in `value`, at most `depth` levels down, on the way that `where` chooses. */
function damage(value: unknown, where: number, depth: number, by: JsonValue): void {
  if (typeof value !== 'object' || value === null) return
  const names = Object.keys(value)
  const name = names[where % names.length]
  if (name === undefined) return
  const inner: unknown = Reflect.get(value, name)
  if (depth > 0 && typeof inner === 'object' && inner !== null) damage(inner, where + 1, depth - 1, by)
  else Reflect.set(value, name, by)
}
