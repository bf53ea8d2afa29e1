import type { Block } from './block.ts'
import { type BlockProblem, isContentPart, ownBlock } from './block-shape.ts'
import { quote } from './errors.ts'
import { emptyObject, ownJson } from './own-json.ts'
import { readTurn } from './own-turn.ts'
import { isRead, readFields, readItems } from './plain-fields.ts'
import type { PlacedBlock, RepairLog } from './repair-log.ts'
import type { TurnProblem } from './validate.ts'

/** What could be read of something that should be a turn. */
interface TakenTurn {
  /** What the turn has beside its blocks: sound. */
  readonly facts: unknown
  readonly entries: readonly PlacedBlock[]
}

type Fields = { readonly [name: string]: unknown }

/** Takes over what is sound in `value`, and mends or drops the rest. Blocks are sound each by itself; whether they fit together is not asked. */
export function takeTurn(value: unknown, log: RepairLog): TakenTurn {
  const list = readItems(value)
  if (list !== undefined && isRead(list)) {
    log.add({
      code: 'malformed_turn',
      action: 'changed',
      path: '',
      message: 'a list: its items are the blocks of a new turn',
    })
    return { facts: newFacts(log), entries: takeBlocks(list, log) }
  }
  const { facts, problem, blocks } = readTurn(value)
  if (facts !== undefined) return { facts, entries: takeBlocks(blocks ?? [], log) }
  const fields = fieldsOf(value)
  if (fields === undefined) {
    const message = `${quote(value)} is no turn: an empty one stands in its place`
    log.add({ code: 'malformed_turn', action: 'dropped', path: '', message, before: value })
    return { facts: newFacts(log), entries: [] }
  }
  const items = readItems(fields.blocks)
  const areRead = items !== undefined && isRead(items)
  if (!areRead) {
    const message = problem?.field === 'blocks' ? problem.message : 'the blocks are no list'
    log.add({ code: 'malformed_turn', action: 'dropped', path: 'blocks', message, before: fields.blocks })
  }
  return { facts: mendFacts({ ...fields, blocks: [] }, log), entries: takeBlocks(areRead ? items : [], log) }
}

function newFacts(log: RepairLog): Fields {
  return {
    id: `turn_${crypto.randomUUID()}`,
    createdAt: log.now(),
    blocks: [],
    metadata: emptyObject,
    data: emptyObject,
  }
}

function fieldsOf(value: unknown): Fields | undefined {
  const read = typeof value === 'object' && value !== null ? readFields(value) : undefined
  return read !== undefined && isRead(read) ? Object.fromEntries(read) : undefined
}

/** Replaces or drops what is not what it should be, one by one, until the rest is sound. */
function mendFacts(given: Fields, log: RepairLog): Fields {
  let facts = given
  for (;;) {
    const { problem } = readTurn(facts)
    if (problem === undefined) return facts
    facts = mendFact(facts, problem, log)
  }
}

function mendFact(facts: Fields, { code, field, message }: TurnProblem, log: RepairLog): Fields {
  const [name = ''] = field.split(/[.[]/, 1)
  const { [name]: value, ...others } = facts
  // In metadata and data each entry stands for itself.
  const entries = name === 'metadata' || name === 'data' ? fieldsOf(value) : undefined
  const entry = Object.entries(entries ?? {}).find(([key, inner]) => ownJson(inner, key).problem !== undefined)
  if (entry !== undefined) {
    const [key, before] = entry
    log.add({ code, action: 'dropped', path: `${name}.${key}`, message, before })
    return { ...facts, [name]: without(entries ?? {}, key) }
  }
  const fresh = newFacts(log)
  if (Object.hasOwn(fresh, name)) {
    log.add({ code, action: 'changed', path: name, message, before: value })
    return { ...facts, [name]: fresh[name] }
  }
  if (Object.hasOwn(facts, name)) {
    log.add({ code, action: 'dropped', path: name, message, before: value })
    return others
  }
  // The fault is in the whole, as where it is nested too deeply.
  log.add({ code, action: 'changed', path: '', message, before: facts })
  return fresh
}

function takeBlocks(items: readonly unknown[], log: RepairLog): readonly PlacedBlock[] {
  const entries: PlacedBlock[] = []
  for (const [index, item] of items.entries()) {
    const path = `blocks[${index}]`
    const { block, problem } = ownBlock(item)
    if (block !== undefined) {
      entries.push({ block, path })
      continue
    }
    const { block: mended, problems } = mendBlock(item, problem, log)
    // What was dropped was dropped for the last one: all before it could be mended.
    const named = mended === undefined ? (problems.at(-1) ?? problem) : problem
    const code = named.field === 'id' ? 'empty_id' : named.code
    if (mended === undefined) log.add({ code, action: 'dropped', path, message: named.message, before: item })
    else {
      const message = [...new Set(problems.map((one) => one.message))].join('; ')
      log.add({ code, action: 'changed', path, blockId: mended.id, message, before: item })
      entries.push({ block: mended, path })
    }
  }
  return entries
}

/** The fields that a block can do without. */
const spare: ReadonlySet<string> = new Set([
  'runId',
  'author',
  'complete',
  'native',
  'refusal',
  'citations',
  'form',
  'replayable',
])

/** What became of something that is no block, and all that was wrong with it, in the order in which it was found. */
interface Mending {
  /** Undefined where the last of the problems could not be mended. */
  readonly block?: Block | undefined
  readonly problems: readonly BlockProblem[]
}

/** The block with what is at fault in its lesser fields replaced or left out; none where what it says is at fault. */
function mendBlock(item: unknown, first: BlockProblem, log: RepairLog): Mending {
  const problems: BlockProblem[] = [first]
  let fields = fieldsOf(item)
  while (fields !== undefined) {
    const { block, problem } = ownBlock(fields)
    if (block !== undefined) return { block, problems }
    if (problem.message !== problems.at(-1)?.message) problems.push(problem)
    const [name = ''] = problem.field.split(/[.[]/, 1)
    const isThere = fields[name] !== undefined
    const value = mendedValue(fields, problem.field, name, log)
    if (name === 'kind' && isThere && problem.code === 'malformed_block')
      return { block: asUnknown(fields, log), problems }
    if (value !== undefined) fields = { ...fields, [name]: value }
    else if (isThere && (spare.has(name) || problem.code === 'not_json')) fields = without(fields, name)
    else return { problems }
  }
  return { problems }
}

function mendedValue(fields: Fields, field: string, name: string, log: RepairLog): unknown {
  if (field === 'stored.id') return withId(fields.stored, fields.id)
  return name === 'content' ? mendContent(fields) : substituteFor(name, log)
}

/** A text or a part by itself as a list, and a list without what is no part. Undefined where that is no change, or leaves a user nothing to say. */
function mendContent({ kind, content }: Fields): readonly unknown[] | undefined {
  const items = readItems(content)
  const isList = items !== undefined && isRead(items)
  const list = isList ? items : [content]
  const parts = list
    .map((item) => (typeof item === 'string' && item !== '' ? { type: 'text', text: item } : item))
    .filter(isContentPart)
  if (parts.length > 0) return isList && isSameList(parts, items) ? undefined : parts
  // What came of a call is known by its outcome, too.
  return kind === 'tool-result' && (content === '' || (isList && list.length > 0)) ? [] : undefined
}

function isSameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index])
}

function substituteFor(name: string, log: RepairLog): unknown {
  if (name === 'id') return log.freshId()
  if (name === 'createdAt') return log.now()
  return name === 'metadata' ? emptyObject : undefined
}

/** What is stored of an unknown block under the id that the block has. */
function withId(stored: unknown, id: unknown): unknown {
  const fields = fieldsOf(stored)
  return fields && { ...fields, id }
}

/** A block of a kind that this version does not know. */
function asUnknown(fields: Fields, log: RepairLog): Block | undefined {
  const { kind, createdAt } = fields
  if (typeof kind !== 'string' || kind.trim() === '') return undefined
  const id = typeof fields.id === 'string' && fields.id.trim() !== '' ? fields.id : log.freshId()
  const facts = { id, createdAt: typeof createdAt === 'number' ? createdAt : 0, metadata: emptyObject }
  return ownBlock({ kind: 'unknown', ...facts, stored: { ...fields, id } }).block
}

function without(fields: Fields, name: string): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([other]) => other !== name))
}
