import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anything, conversation, damage, keys, openCalls, play, type Story } from './conversation.test-helper.ts'
import type { Block, JsonObject, Turn } from './index.ts'
import {
  decodeTurn,
  encodeTurn,
  findNonJson,
  isSameJson,
  parseTurn,
  sealTurn,
  stringifyTurn,
  validateTurn,
  viewedTurn,
} from './index.ts'

/**
 * What makes a sealed turn sound, told without the code that is tested: ids are unique, every call is answered once, behind it, and
 * reasoning that was cut off says that it must not go back.
 */
function soundness({ blocks }: Turn): readonly string[] {
  const faults: string[] = []
  if (new Set(blocks.map(({ id }) => id)).size < blocks.length) faults.push('an id is used twice')
  const results = new Map<string, number>()
  const called = new Set<string>()
  for (const block of blocks) {
    if (block.kind === 'tool-call') called.add(block.callId)
    if (block.kind === 'reasoning' && block.complete === false && block.replayable !== false)
      faults.push(`reasoning ${block.id} was cut off, and could be sent back`)
    if (block.kind !== 'tool-result') continue
    if (!called.has(block.callId)) faults.push(`the result of ${block.callId} comes before its call`)
    results.set(block.callId, (results.get(block.callId) ?? 0) + 1)
  }
  for (const callId of called)
    if (results.get(callId) !== 1) faults.push(`call ${callId} has ${results.get(callId) ?? 0} results`)
  return faults
}

const idsOf = (turn: Turn) => turn.blocks.map(({ id }) => id)

/** Whether nobody can change it any more, from the turn down to the last field. */
function isFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  return Object.isFrozen(value) && Object.values(value).every(isFrozen)
}

function checkAll(check: (story: Story) => void): void {
  fc.assert(fc.property(conversation, check), { numRuns: 400 })
}

describe('whatever happens to a turn, in whatever order,', () => {
  it('it loses no block, and what was there before stays as it was', () => {
    checkAll((story) => {
      play(story, (before, after, step) => {
        expect(validateTurn(after, { open: true })).toEqual([])
        expect(viewedTurn(after)).toBeUndefined()
        expect(isFrozen(after)).toBe(true)
        const kept = new Set(idsOf(after))
        const lost = idsOf(before).filter((id) => !kept.has(id))
        if (step.do === 'fork') expect(lost).toEqual(idsOf(before).slice(after.blocks.length))
        else expect(lost).toEqual([])
        // What was shown in part comes back whole.
        if (step.do === 'view') expect(after.blocks.slice(0, before.blocks.length)).toEqual(before.blocks)
      })
    })
  })

  it('nothing of what it was made from is changed', () => {
    checkAll((story) => {
      const texts: [Turn, string][] = []
      play(story, (before) => texts.push([before, JSON.stringify(before)]))
      for (const [turn, text] of texts) expect(JSON.stringify(turn)).toBe(text)
    })
  })

  it('sealed it is valid, has one result for every call, and is sealed for good', () => {
    checkAll((story) => {
      const sealed = sealTurn(play(story, () => {}))
      expect(validateTurn(sealed)).toEqual([])
      expect(soundness(sealed)).toEqual([])
      expect(sealTurn(sealed)).toBe(sealed)
      // A copy is nothing that this process has seen before.
      const copy = parseTurn(stringifyTurn(sealed))
      expect(sealTurn(copy)).toBe(copy)
      expect(validateTurn(copy)).toEqual([])
    })
  })

  it('sealed at every step it is as good as sealed at the end', () => {
    checkAll((story) => {
      play(story, (_, after) => {
        const sealed = sealTurn(after)
        expect([soundness(sealed), validateTurn(sealed)]).toEqual([[], []])
        const unseen = structuredClone(encodeTurn(after))
        expect(idsOf(sealTurn(decodeTurn(unseen))).length).toBe(sealed.blocks.length)
      })
    })
  })

  it('it comes back from a store, by text or by clone, to the last field and in the same order', () => {
    checkAll((story) => {
      const turn = play(story, () => {})
      const text = stringifyTurn(turn)
      for (const back of [parseTurn(text), decodeTurn(structuredClone(encodeTurn(turn)))]) {
        expect(stringifyTurn(back)).toBe(text)
        expect(isSameJson(encodeTurn(back), encodeTurn(turn))).toBe(true)
        expect(isFrozen(back)).toBe(true)
      }
      expect(findNonJson(encodeTurn(turn), 'turn')).toBeUndefined()
    })
  })

  it('what this version does not know is written back as it was read', () => {
    checkAll((story) => {
      const turn = sealTurn(play(story, () => {}))
      const stored: { laterField: unknown; blocks: readonly JsonObject[] } = JSON.parse(stringifyTurn(turn)).turn
      expect(JSON.stringify(stored.laterField)).toBe(JSON.stringify(story.extra))
      for (const [index, step] of story.steps.entries()) {
        if (step.do !== 'unknown') continue
        const block = stored.blocks.find(({ id }) => id === `b${index}`)
        const made = { ...step.fields, kind: step.kind, id: `b${index}` }
        if (block !== undefined) expect(JSON.stringify(block)).toBe(JSON.stringify(made))
      }
    })
  })

  it('a field of a later version stays on its block, with its value', () => {
    checkAll((story) => {
      const noted = new Map<string, string>()
      const turn = play(story, (before, _, step) => {
        if (step.do !== 'later') return
        const block = before.blocks[step.which % before.blocks.length]
        if (block !== undefined && block.kind !== 'unknown') noted.set(block.id, JSON.stringify(step.value))
      })
      for (const block of sealTurn(turn).blocks)
        if (noted.has(block.id)) expect(JSON.stringify(Reflect.get(block, 'laterField'))).toBe(noted.get(block.id))
    })
  })

  it('its data holds what was last written under each name, and no prototype', () => {
    checkAll((story) => {
      const written = new Map<string, unknown>(Object.entries(story.data))
      const turn = play(story, (_, __, step) => {
        if (step.do === 'note' && step.on === 'data') written.set(step.key.name, step.value)
        if (step.do === 'forget') written.delete(step.key.name)
      })
      expect(Object.keys(turn.data).sort()).toEqual([...written.keys()].sort())
      for (const key of keys) expect(JSON.stringify(key.read(turn.data))).toBe(JSON.stringify(written.get(key.name)))
      expect(Object.getPrototypeOf(turn.data)).toBe(Object.prototype)
      expect(Reflect.get({}, 'laterField')).toBeUndefined()
    })
  })

  it('sealing puts every result behind its call and before anybody else speaks', () => {
    checkAll((story) => {
      const before = play(story, () => {})
      const { blocks } = sealTurn(before)
      const known = new Set(idsOf(before))
      for (const call of openCalls(before)) {
        const from = blocks.findIndex(({ id }) => id === call.id)
        const isResult = (block: Block) => block.kind === 'tool-result' && block.callId === call.callId
        const to = blocks.findIndex(isResult)
        const between = blocks.slice(from, to).map(({ kind }) => kind)
        expect(to).toBeGreaterThan(from)
        expect(between).not.toContain('user')
        expect(between).not.toContain('system')
      }
      expect(blocks.filter(({ id }) => known.has(id)).map(({ id }) => id)).toEqual(idsOf(before))
    })
  })
})

it('a damaged stored turn is a TurnError or a turn that can be stored, and never anything else', () => {
  const damages = fc.array(fc.tuple(fc.nat(), fc.nat(), anything), { minLength: 1, maxLength: 3 })
  fc.assert(
    fc.property(conversation, damages, (story, places) => {
      const stored: unknown = JSON.parse(stringifyTurn(play(story, () => {})))
      for (const [where, depth, value] of places) damage(stored, where, depth % 6, value)
      let turn: Turn
      try {
        turn = parseTurn(JSON.stringify(stored))
      } catch (error) {
        expect(error).toMatchObject({ name: 'TurnError', field: expect.any(String) })
        return
      }
      expect(stringifyTurn(parseTurn(stringifyTurn(turn)))).toBe(stringifyTurn(turn))
      validateTurn(turn)
      expect(soundness(sealTurn(turn)).filter((fault) => fault.includes(' 0 results'))).toEqual([])
    }),
    { numRuns: 400 },
  )
})
