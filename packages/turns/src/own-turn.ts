import type { Block } from './block.ts'
import { isOwnList, ownList } from './block-list.ts'
import { TurnError } from './errors.ts'
import { isJsonObject } from './json.ts'
import { adoptFields, adoptJson, ownJson } from './own-json.ts'
import { isMarkedTurn, markTurn } from './own-mark.ts'
import { isRead, readFields, readItems, unreadable } from './plain-fields.ts'
import { filledText, must, number, objectWith, optional, plainObject } from './shape.ts'
import type { Turn } from './turn.ts'
import type { TurnProblem } from './validate.ts'

/** What a turn has beside its blocks. */
type TurnFacts = Omit<Turn, 'blocks'>

/** Where a view keeps the turn that it is a view of. A symbol survives a spread and stays out of JSON. */
const fullTurn: unique symbol = Symbol.for('geppetto.view-of')

interface View extends Turn {
  readonly [fullTurn]?: Turn | undefined
}

/** A turn as it was read: its facts so that nobody can change them, the rest as it came. */
interface ReadTurn {
  readonly problem?: TurnProblem
  /** With an empty list in the place of the blocks. Undefined where there is a problem. */
  readonly facts?: TurnFacts
  /** The list itself where it was made here, else its items. Undefined: there is no list. */
  readonly blocks?: readonly unknown[] | undefined
}

const turnShape = objectWith({
  id: filledText,
  parentId: optional(filledText),
  createdAt: number,
  metadata: plainObject,
  data: plainObject,
  blocks: must('a list', Array.isArray),
})

const noBlocks: readonly Block[] = /* @__PURE__ */ adoptFields([], 'blocks')

/** Reads a turn without running code of its maker's. Never throws, whatever it is given. */
export function readTurn(turn: unknown): ReadTurn {
  const read = typeof turn === 'object' && turn !== null ? readFields(turn) : undefined
  if (read === undefined) return { problem: malformed('', turnShape(turn)?.message) }
  if (!isRead(read)) return { problem: malformed(read.path.slice(1), read.reason) }
  return readFacts(Object.fromEntries(read))
}

/** The same of fields that were just read, in an object that nobody else has. */
function readFacts(fields: Record<string, unknown>): ReadTurn {
  const list: unknown = fields.blocks
  const blocks = isOwnList(list) ? list : readItems(list)
  if (blocks !== undefined && !isRead(blocks)) return { problem: malformed('blocks', blocks.reason) }
  // The list keeps its place among the fields.
  if (blocks !== undefined) fields.blocks = noBlocks
  for (const name of Object.keys(fields)) {
    // Each on its own, so that what a turn is made of can be shared with the next.
    const { value, problem } = ownJson(fields[name], name)
    if (problem !== undefined) return { problem: { code: 'not_json', ...problem }, blocks }
    fields[name] = value
  }
  const { value } = adoptJson(fields, '')
  const wrong = turnShape(value)
  if (wrong === undefined && isFacts(value)) return { facts: value, blocks }
  return { problem: malformed(wrong?.field ?? '', wrong?.message), blocks }
}

/** The same, of a turn that was made here without looking at it again: its facts are then the turn itself. */
export function readTurnOnce(turn: unknown): ReadTurn {
  return isOwnTurn(turn) ? { facts: turn, blocks: turn.blocks } : readTurn(turn)
}

/** Its shape was just looked at. */
function isFacts(value: unknown): value is TurnFacts {
  return isJsonObject(value)
}

function malformed(field: string, reason = 'must be an object'): TurnProblem {
  return { code: field === 'id' ? 'empty_id' : 'malformed_turn', field, message: `${field || 'a turn'} ${reason}` }
}

/** The same as {@link makeTurn} of fields in an object that was just made here, and that nobody else has. */
export function makeNewTurn(fields: Record<string, unknown>, blocks: readonly Block[]): Turn {
  const { facts, problem } = readFacts(fields)
  if (facts === undefined) throw refused(problem)
  return finish(facts, blocks, undefined)
}

/** The one door for turns: one with these fields and blocks, in which nobody can change anything. @throws TurnError `invalid_turn` */
export function makeTurn(fields: unknown, blocks: readonly Block[], view?: Turn): Turn {
  const { facts, problem } = readTurnOnce(fields)
  if (facts === undefined) throw refused(problem)
  return finish(facts, blocks, view)
}

/**
 * The turn with other blocks; `change` gets the list so far, which follows `base` where another made it. What it is a view of stays.
 * @throws TurnError `invalid_turn`, `invalid_block`
 */
export function remakeTurn(
  turn: Turn,
  change: (blocks: readonly Block[]) => readonly Block[],
  base: readonly Block[] = [],
): Turn {
  const { facts, problem, blocks } = readTurnOnce(turn)
  if (facts === undefined) throw refused(problem)
  return finish(facts, change(ownList(blocks ?? [], base)), viewedTurn(turn))
}

/** The turn with facts that were made here in the place of its own. */
export function withOwnFacts(turn: Turn, facts: Partial<Pick<Turn, 'data' | 'metadata'>>): Turn {
  return finish({ ...turn, ...facts }, turn.blocks, viewedTurn(turn))
}

function finish(facts: TurnFacts, blocks: readonly Block[], view: Turn | undefined): Turn {
  const made: { -readonly [name in keyof View]: View[name] } = { ...facts, blocks }
  if (view !== undefined) made[fullTurn] = view
  else if (fullTurn in made) delete made[fullTurn]
  markTurn(made)
  return Object.freeze(made)
}

function refused(problem: TurnProblem | undefined): TurnError {
  return new TurnError('invalid_turn', `a turn cannot be made: ${problem?.message}`, { field: problem?.field ?? '' })
}

/** Whether the turn was made here. */
export function isOwnTurn(value: unknown): value is Turn {
  return typeof value === 'object' && value !== null && isMarkedTurn(value)
}

/** The turn itself where it was made here, else a copy. @throws TurnError as {@link remakeTurn} */
export function ownTurn(turn: Turn, base?: readonly Block[]): Turn {
  return isOwnTurn(turn) ? turn : remakeTurn(turn, (blocks) => blocks, base)
}

/** The full turn that `turn` is a view of, or undefined when it is no view. @throws TurnError when that was not made here and is no turn */
export function viewedTurn(turn: Turn): Turn | undefined {
  const mark = markOf(turn)
  return mark === undefined ? undefined : ownTurn(mark)
}

function markOf(turn: View): Turn | undefined {
  try {
    return turn[fullTurn]
  } catch (error) {
    throw refused(malformed('', unreadable(error).reason))
  }
}
