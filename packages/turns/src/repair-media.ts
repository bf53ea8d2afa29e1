import { ownBlock } from './block-shape.ts'
import type { ContentPart } from './content.ts'
import { mendBytes } from './media-bytes.ts'
import type { PlacedBlock, RepairLog } from './repair-log.ts'
import { findUnreadableParts, type UnreadablePart } from './unreadable-parts.ts'

/** Writes bytes as they should be written, and leaves out parts whose bytes nobody can read. A block of the user's that held nothing else goes with them. */
export function withReadableMedia(entries: readonly PlacedBlock[], log: RepairLog): readonly PlacedBlock[] {
  return entries.flatMap((entry) => {
    const unreadable = findUnreadableParts(entry.block)
    return unreadable.length === 0 ? [entry] : mend(entry, unreadable, log)
  })
}

function mend(entry: PlacedBlock, unreadable: readonly UnreadablePart[], log: RepairLog): readonly PlacedBlock[] {
  const { block: before, path } = entry
  if (before.kind !== 'user' && before.kind !== 'tool-result') return [entry]
  const mended = new Map(unreadable.map(({ part }) => [part, mendBytes(part)]))
  const content = before.content.flatMap((part): readonly ContentPart[] => {
    const other = mended.has(part) ? mended.get(part) : part
    return other === undefined ? [] : [other]
  })
  const { block } = before.kind === 'user' && content.length === 0 ? {} : ownBlock({ ...before, content })
  const told = unreadable.map(({ index, part, reason }) => {
    const end = mended.get(part) === undefined ? ': it was left out' : ''
    return `the ${part.type} in content[${index}] ${reason}${end}`
  })
  const facts = { code: 'unreadable_media', path, blockId: before.id, message: told.join('; '), before } as const
  log.add({ ...facts, action: block === undefined ? 'dropped' : 'changed' })
  return block === undefined ? [] : [{ block, path }]
}
