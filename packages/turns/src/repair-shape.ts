import type { Block } from './block.ts'
import { ownBlock } from './block-shape.ts'
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
    const mended = mendBlock(item, log)
    const code = problem.field === 'id' ? 'empty_id' : problem.code
    const { message } = problem
    if (mended === undefined) log.add({ code, action: 'dropped', path, message, before: item })
    else {
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

/** The block with what is at fault in its lesser fields replaced or left out; undefined where what it says is at fault. */
function mendBlock(item: unknown, log: RepairLog): Block | undefined {
  let fields = fieldsOf(item)
  while (fields !== undefined) {
    const { block, problem } = ownBlock(fields)
    if (block !== undefined) return block
    const [name = ''] = problem.field.split(/[.[]/, 1)
    const isThere = fields[name] !== undefined
    const value = problem.field === 'stored.id' ? withId(fields.stored, fields.id) : substituteFor(name, log)
    if (name === 'kind' && isThere && problem.code === 'malformed_block') return asUnknown(fields, log)
    if (value !== undefined) fields = { ...fields, [name]: value }
    else if (isThere && (spare.has(name) || problem.code === 'not_json')) fields = without(fields, name)
    else return undefined
  }
  return undefined
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
