import { type JsonObject, type Turn, withBlocks } from '@geppetto/turns'
import { type BlockPart, blocksOf, findOverlap, type PartedBlocks, sizeOfParts, toParts } from './block-parts.ts'
import { applyPatches, diffFields, type FieldPatch, leavesList } from './field-patch.ts'

/** A state of a turn as what it changed of the state that it is based on. */
export interface TurnChange {
  /** Which turn. */
  readonly id: string
  /**
   * Of a turn that is new: the turn that it follows and is based on; null where it follows none. Absent where the turn is known: then it is
   * based on the turn's own state before.
   */
  readonly after?: string | null
  /** The blocks in order: new ones, and stretches of the base's. */
  readonly parts: readonly BlockPart[]
  /** What the turn has beside the other three: when it was made, its parent, fields of later versions. Of a new turn, all of it. */
  readonly fields?: FieldPatch
  readonly data?: FieldPatch
  /** Of a new turn, all of it. */
  readonly metadata?: FieldPatch
}

/** A change as it is stored, which is read when somebody asks for it: of a long conversation that may be never. */
export interface UnreadChange {
  readonly id: string
  /** See {@link TurnChange.after}. */
  readonly after: string | null | undefined
  /** @throws SessionError `invalid_stored_session` naming its record */
  readonly read: () => TurnChange
  /** Says that what was read does not fit the state that it is based on. @throws SessionError `invalid_stored_session` naming its record */
  readonly refuse: (misfit: Misfit) => never
}

/** Where a change does not fit, as a path into the change and a reason. */
export interface Misfit {
  readonly field: string
  readonly why: string
}

/** What of a turn is kept as patches. */
const sections = ['fields', 'data', 'metadata'] as const
type Section = (typeof sections)[number]

const nothing: JsonObject = {}

/** What makes `turn` of the turn that it follows. */
export function changeOfNew(turn: Turn, after: Turn | undefined): TurnChange {
  const { id, blocks, data, metadata, ...fields } = turn
  return {
    id,
    after: after?.id ?? null,
    parts: toParts(blocks, after?.blocks ?? []),
    ...patches(diffFields(nothing, fields), diffFields(after?.data ?? nothing, data), diffFields(nothing, metadata)),
  }
}

/** What makes `turn` of its state `before`; undefined where nothing does. */
export function changeOfKnown(turn: Turn, before: Turn): TurnChange | undefined {
  const { id, blocks, data, metadata, ...fields } = turn
  const { id: _, blocks: blocksBefore, data: dataBefore, metadata: metadataBefore, ...fieldsBefore } = before
  const parts = toParts(blocks, blocksBefore)
  const [first] = parts
  const hasSameBlocks =
    parts.length === (blocksBefore.length === 0 ? 0 : 1) &&
    (first === undefined || (!('kind' in first) && first[0] === 0 && first[1] === blocksBefore.length))
  const changed = patches(
    diffFields(fieldsBefore, fields),
    diffFields(dataBefore, data),
    diffFields(metadataBefore, metadata),
  )
  return hasSameBlocks && Object.keys(changed).length === 0 ? undefined : { id, parts, ...changed }
}

function patches(
  fields: FieldPatch | undefined,
  data: FieldPatch | undefined,
  metadata: FieldPatch | undefined,
): Pick<TurnChange, 'fields' | 'data' | 'metadata'> {
  return { ...(fields && { fields }), ...(data && { data }), ...(metadata && { metadata }) }
}

/** A state of a turn. It shares what it did not change with the state that it is based on. */
export class KeptState implements PartedBlocks {
  readonly id: string
  /** See {@link TurnChange.after}. */
  readonly after: string | null | undefined
  readonly base: KeptState | undefined
  #given: TurnChange | UnreadChange
  #read: TurnChange | undefined
  #size: number | undefined
  /** The last state up to this one that changed something of each, once it was asked for: what is between need not be looked at. */
  #last: { [S in Section]?: KeptState | 'none' } | undefined

  /** A change that was read must fit its base; one that was not is looked at when it is. */
  constructor(given: TurnChange | UnreadChange, base: KeptState | undefined) {
    this.id = given.id
    this.after = given.after
    this.base = base
    this.#given = given
  }

  /** Whether it is more than text. */
  get isRead(): boolean {
    return this.#read !== undefined || !('read' in this.#given)
  }

  /** @throws SessionError `invalid_stored_session` when it is read here for the first time, and is damaged or does not fit */
  get change(): TurnChange {
    const change = this.alone
    const given = this.#given
    if ('read' in given) {
      const misfit = findMisfit(change, this.base)
      if (misfit !== undefined) given.refuse(misfit)
      // Its text is not kept any longer.
      this.#given = change
    }
    return change
  }

  /** How many blocks it has. */
  get size(): number {
    this.#size ??= sizeOfParts(this.alone.parts)
    return this.#size
  }

  /** The last state up to this one that changed something of the section. Goes back one by one, however many have not been asked before. */
  lastWith(section: Section): KeptState | undefined {
    const passed: KeptState[] = []
    let found: KeptState | 'none' = 'none'
    for (let next: KeptState | undefined = this; next !== undefined; next = baseOf(next, section)) {
      const known = next.alone[section] === undefined ? next.#last?.[section] : next
      if (known !== undefined) {
        found = known
        break
      }
      passed.push(next)
    }
    for (const state of passed) {
      state.#last ??= {}
      state.#last[section] = found
    }
    return found === 'none' ? undefined : found
  }

  /** The change, whether or not it fits what it is based on: asking one after the other whether they fit would go down as deep as a conversation is long. */
  get alone(): TurnChange {
    const given = this.#given
    this.#read ??= 'read' in given ? given.read() : given
    return this.#read
  }
}

/** A new turn takes over data and blocks of the turn that it follows, and nothing else. */
function ownBase(state: KeptState): KeptState | undefined {
  return state.after === undefined ? state.base : undefined
}

function baseOf(state: KeptState, section: Section): KeptState | undefined {
  return section === 'data' ? state.base : ownBase(state)
}

/** The states that made a section what it is, newest first. */
function* statesOf(state: KeptState | undefined, section: Section): Iterable<KeptState> {
  let next = state?.lastWith(section)
  while (next !== undefined) {
    yield next
    next = baseOf(next, section)?.lastWith(section)
  }
}

function sectionOf(state: KeptState, section: Section): JsonObject {
  const patches: FieldPatch[] = []
  for (const { change } of statesOf(state, section)) patches.push(change[section] ?? {})
  return applyPatches(patches.reverse())
}

/** Looks back as far as the state that speaks of it last. */
function hasList(state: KeptState | undefined, section: Section, name: string): boolean {
  for (const { alone } of statesOf(state, section)) {
    const isList = leavesList(alone[section] ?? {}, name)
    if (isList !== undefined) return isList
  }
  return false
}

/** Where a change does not fit its base; undefined where it fits. */
export function findMisfit(change: TurnChange, base: KeptState | undefined): Misfit | undefined {
  const size = base?.size ?? 0
  for (const [at, part] of change.parts.entries()) {
    if ('kind' in part || part[0] + part[1] <= size) continue
    const why = `parts[${at}] refers to block ${part[0] + part[1] - 1} of the state before, which has ${size}`
    return { field: `parts[${at}]`, why }
  }
  const twice = findOverlap(change.parts)
  if (twice !== undefined) return { field: 'parts', why: `parts has block ${twice} of the state before twice` }
  for (const section of sections) {
    const grown = change[section]?.grown
    if (grown === undefined) continue
    const before = section === 'data' || change.after === undefined ? base : undefined
    for (const name of Object.keys(grown))
      if (!hasList(before, section, name)) {
        const field = `${section}.grown.${name}`
        return { field, why: `${field} goes on with a list that is not there` }
      }
  }
  return undefined
}

/** The turn in that state. */
export function turnOf(state: KeptState): Turn {
  const facts = { createdAt: 0, ...sectionOf(state, 'fields') }
  const metadata = sectionOf(state, 'metadata')
  return withBlocks({ ...facts, id: state.id, metadata, data: sectionOf(state, 'data'), blocks: [] }, blocksOf(state))
}

/** What the turn has in that state beside its blocks. */
export function factsOf(state: KeptState): { readonly createdAt: number; readonly metadata: JsonObject } {
  const { createdAt } = sectionOf(state, 'fields')
  return { createdAt: typeof createdAt === 'number' ? createdAt : 0, metadata: sectionOf(state, 'metadata') }
}

/** The state in which the turn entered the history. */
export function firstStateOf(state: KeptState): KeptState {
  return ownStates(state)[0] ?? state
}

/** The states of the turn up to this one, the one in which it entered the history first. */
export function ownStates(state: KeptState): readonly KeptState[] {
  const states: KeptState[] = []
  for (let next: KeptState | undefined = state; next !== undefined; next = ownBase(next)) states.push(next)
  return states.reverse()
}

/** Whether all that `state` has stands, as it is, at the beginning of a state of a turn that follows it. */
export function isBeginningOf(state: KeptState, later: KeptState): boolean {
  for (let next: KeptState | undefined = later; next !== undefined; next = next.base) {
    const [first] = next.change.parts
    if (state.size > 0 && (first === undefined || 'kind' in first || first[0] !== 0 || first[1] < state.size))
      return false
    if (next.after !== undefined) return next.base === state
  }
  return false
}
