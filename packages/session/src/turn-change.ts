import { type JsonObject, type Turn, withBlocks } from '@geppetto/turns'
import { type BlockPart, blocksOf, type PartedBlocks, sizeOfParts, toParts } from './block-parts.ts'
import { diffFields, extendChain, type FieldPatch, fieldsOf, hasList, type PatchChain } from './field-patch.ts'

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

/** A state of a turn. It shares what it did not change with the state that it is based on. */
export interface KeptState extends PartedBlocks {
  readonly change: TurnChange
  readonly base: KeptState | undefined
  /** How many blocks it has. */
  readonly size: number
  readonly fields: PatchChain | undefined
  readonly data: PatchChain | undefined
  readonly metadata: PatchChain | undefined
}

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

/** The state that a change makes of its base. */
export function applyChange(change: TurnChange, base: KeptState | undefined): KeptState {
  const { parts } = change
  const own = change.after === undefined ? base : undefined
  return {
    change,
    base,
    parts,
    size: sizeOfParts(parts),
    fields: extendChain(own?.fields, change.fields),
    data: extendChain(base?.data, change.data),
    metadata: extendChain(own?.metadata, change.metadata),
  }
}

/** Where a change does not fit its base, as a path into the change and a reason; undefined where it fits. */
export function findMisfit(
  change: TurnChange,
  base: KeptState | undefined,
): { readonly field: string; readonly why: string } | undefined {
  const size = base?.size ?? 0
  for (const [at, part] of change.parts.entries()) {
    if ('kind' in part || part[0] + part[1] <= size) continue
    const why = `parts[${at}] refers to block ${part[0] + part[1] - 1} of the state before, which has ${size}`
    return { field: `parts[${at}]`, why }
  }
  const own = change.after === undefined ? base : undefined
  const chains = { fields: own?.fields, data: base?.data, metadata: own?.metadata }
  for (const section of ['fields', 'data', 'metadata'] as const)
    for (const name of Object.keys(change[section]?.grown ?? {}))
      if (!hasList(chains[section], name)) {
        const field = `${section}.grown.${name}`
        return { field, why: `${field} goes on with a list that is not there` }
      }
  return undefined
}

/** The turn in that state. */
export function turnOf(state: KeptState): Turn {
  const facts = { createdAt: 0, ...fieldsOf(state.fields) }
  const whole = { id: state.change.id, ...facts, metadata: fieldsOf(state.metadata), data: fieldsOf(state.data) }
  return withBlocks({ ...whole, blocks: [] }, blocksOf(state))
}
