import type { Block } from '@geppetto/turns'
import { NamesSoFar } from './names-so-far.ts'
import { mayContinue, splitStretches } from './stretches.ts'

/** How an adapter says blocks in its wire format. */
export interface Sayer<Said> {
  /** What was said before the first block. */
  readonly nothing: Said
  /**
   * Says more blocks behind what was said, which it leaves as it is.
   * @param isLast whether they are the end of the conversation: they are said again when it has gone on.
   */
  say(said: Said, blocks: readonly Block[], isLast: boolean): Said
  /** Whether nothing in the blocks depends on what follows. Default: nothing does. */
  isWhole?(blocks: readonly Block[]): boolean
}

/** The beginning of a conversation, by its last stretch. */
interface Beginning<Said> {
  readonly before: Beginning<Said> | undefined
  readonly length: number
  readonly stretch: readonly Block[]
  /** What stood behind it. */
  readonly next: Block
  /** What beside the blocks decides how they are said. */
  readonly facts: string
  readonly said: Said
  /** The messages of providers that are in it. */
  readonly groups: NamesSoFar
}

/** From this length on a stretch that is not whole most likely never will be. */
const maxStretch = 256

/**
 * Remembers how conversations begin, as an adapter said it: what is old in one is not looked at again, however it goes on. Forks share what they have in common. Holds on
 * to what was said as long as somebody holds the blocks.
 */
export class ConversationMemory<Said> {
  readonly #byLast = new WeakMap<Block, Beginning<Said>>()

  /** Says the blocks, as much of them as is not remembered. @param facts what beside the blocks decides how they are said. */
  say(blocks: readonly Block[], facts: string, sayer: Sayer<Said>): Said {
    let beginning = this.#recall(blocks, facts)
    const stretches = splitStretches(beginning === undefined ? blocks : blocks.slice(beginning.length))
    let open: readonly Block[] = []
    for (const [index, more] of stretches.entries()) {
      const stretch = open.length === 0 ? more : open.concat(more)
      const next = stretches[index + 1]?.[0]
      const isWhole = (): boolean => stretch.length >= maxStretch || sayer.isWhole?.(stretch) !== false
      if (next !== undefined && !isWhole()) {
        open = stretch
        continue
      }
      open = []
      const groups = groupsIn(stretch)
      const { groups: groupsBefore = NamesSoFar.none, said: before = sayer.nothing } = beginning ?? {}
      // Somebody has put a message of the provider's asunder: what that means is seen in the whole alone.
      if ([...groups].some((group) => groupsBefore.has(group))) return sayer.say(sayer.nothing, blocks, true)
      const said = sayer.say(before, stretch, next === undefined)
      if (next === undefined) return said
      const length = (beginning?.length ?? 0) + stretch.length
      beginning = { before: beginning, length, stretch, next, facts, said, groups: groupsBefore.with(groups) }
      const last = stretch.at(-1)
      if (last !== undefined) this.#byLast.set(last, beginning)
    }
    return beginning?.said ?? sayer.nothing
  }

  /** The longest beginning that is known. It stands not far from the end. */
  #recall(blocks: readonly Block[], facts: string): Beginning<Said> | undefined {
    for (let length = blocks.length - 1; length > 0; length--) {
      const [last, next] = [blocks[length - 1], blocks[length]]
      const known = last && this.#byLast.get(last)
      if (known === undefined || next === undefined) continue
      if (
        known.facts === facts &&
        known.length === length &&
        mayContinue(known.next, next) &&
        beginsWith(blocks, known)
      )
        return known
    }
    return undefined
  }
}

function beginsWith<Said>(blocks: readonly Block[], beginning: Beginning<Said>): boolean {
  for (let part: Beginning<Said> | undefined = beginning; part !== undefined; part = part.before) {
    const { stretch, length } = part
    const start = length - stretch.length
    for (let index = 0; index < stretch.length; index++) if (blocks[start + index] !== stretch[index]) return false
  }
  return true
}

function groupsIn(blocks: readonly Block[]): ReadonlySet<string> {
  const groups = new Set<string>()
  for (const { native } of blocks) if (native !== undefined) groups.add(native.group)
  return groups
}
