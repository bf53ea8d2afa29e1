import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anything, conversation, damage, play } from '../conversation.test-helper.ts'
import { isSameJson, isTurnError, type JsonValue, parseTurn, stringifyTurn, type Turn } from '../index.ts'
import { turnFromYaml, turnToYaml } from '../yaml.ts'
import { parseYaml, stringifyYaml } from './yaml-text.ts'

/** Go's form, also where it is odd. */
const text = fc.constantFrom<JsonValue>('', 'said', '{"a":1}', 42, true, null)
const payload = fc.record(
  {
    ...{ text, id: text, name: text, args: anything, result: anything, error: text, item_id: text, other: anything },
    images: fc.oneof(anything, fc.constantFrom<JsonValue>([{ url: 'https://a.example' }], [{ content: [1, 2] }, 3])),
    summary: fc.oneof(anything, fc.constant([{ text: 'Hm.' }])),
  },
  { requiredKeys: [] },
)
const notes = fc.record(
  {
    'geppetto.typescript@v1': fc.oneof(
      anything,
      fc.record({
        fields: fc.record({ createdAt: anything, kind: anything, text }, { requiredKeys: [] }),
        without: anything,
      }),
    ),
    'geppetto.goYaml': fc.oneof(
      anything,
      fc.record({ fields: fc.dictionary(fc.constantFrom('role', 'metadata'), anything) }),
    ),
    'acme.note@v1': anything,
  },
  { requiredKeys: [] },
)
const map = <T>(arbitrary: fc.Arbitrary<T>) => fc.oneof({ weight: 8, arbitrary }, fc.constantFrom(null, {}))
const block = fc.record(
  {
    id: text,
    kind: fc.constantFrom<JsonValue>(
      ...[
        'user',
        'llm_text',
        'tool_call',
        'tool_use',
        'system',
        'reasoning',
        'other',
        'hologram',
        ' User',
        '',
        null,
        3,
      ],
    ),
    role: text,
    payload: map(payload),
    metadata: map(notes),
    turn_id: text,
    createdAt: anything,
  },
  { requiredKeys: [] },
)
const goTurn = fc.record(
  {
    id: text,
    blocks: fc.oneof(fc.array(block, { maxLength: 5 }), fc.constant(null)),
    metadata: map(notes),
    data: map(payload),
    version: text,
  },
  { requiredKeys: [] },
)

const plain = (value: unknown): JsonValue => JSON.parse(JSON.stringify(value))

/** What two turns have to have in common. */
const same = (one: Turn, other: Turn) =>
  isSameJson(one, other) && stringifyTurn(one).length === stringifyTurn(other).length

describe('whatever it holds', () => {
  it('YAML of Go’s form becomes a turn, and the same data again', () => {
    fc.assert(
      fc.property(goTurn, (go) => {
        const turn = turnFromYaml(stringifyYaml(plain(go)))
        const again = parseYaml(turnToYaml(turn)).data
        expect(isSameJson(again, plain(go)) ? '' : again).toEqual('')
        expect(same(turnFromYaml(turnToYaml(turn)), turn)).toBe(true)
        // What somebody made up as a note of ours may say of an unknown block what no stored form keeps.
        const isMadeUp = JSON.stringify(go).includes('geppetto.typescript@v1')
        expect(isMadeUp || same(parseTurn(stringifyTurn(turn)), turn)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('a turn becomes YAML, and the same turn again', () => {
    fc.assert(
      fc.property(conversation, (story) => {
        const turn = play(story, () => {})
        expect(same(turnFromYaml(turnToYaml(turn)), turn)).toBe(true)
      }),
      { numRuns: 100 },
    )
  })

  it('a turn that came from Go and was damaged becomes YAML, and the same turn again, or is refused', () => {
    const place = fc.record({ where: fc.nat(30), depth: fc.nat(6), by: anything })
    fc.assert(
      fc.property(goTurn, fc.array(place, { maxLength: 4 }), (go, places) => {
        const turn: Turn = JSON.parse(JSON.stringify(turnFromYaml(stringifyYaml(plain(go)))))
        for (const { where, depth, by } of places) damage(turn, where, depth, by)
        try {
          const yaml = turnToYaml(turn)
          expect(same(turnFromYaml(yaml), turn)).toBe(true)
        } catch (error) {
          if (!isTurnError(error)) throw error
        }
      }),
      { numRuns: 300 },
    )
  })

  it('text that is no turn is refused with a TurnError', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'[]{}:,-&*!?|>\n "a1') })), (given) => {
        try {
          turnFromYaml(given)
        } catch (error) {
          expect(isTurnError(error) ? '' : error).toBe('')
        }
      }),
      { numRuns: 300 },
    )
  })
})
