import { createIdFitter, type NamesSoFar, textIn } from '@geppetto/engine'
import type { Block } from '@geppetto/turns'
import type { Replay } from './replay-groups.ts'

/** What Anthropic takes as the id of a call. The API states no length; 64 is what all its neighbours take. */
export const callIdGrammar = '^[a-zA-Z0-9_-]{1,64}$'

/**
 * The id that is sent for a call of ours: the provider's own where its message goes back, else ours made to fit. Always the same for the same
 * conversation, and no two alike: some servers count their calls anew in each answer, or give them no id at all.
 */
export type CallIds = (callId: string, own?: string) => string

/** Starts giving ids to the calls of blocks: what goes back as it came has the first claim to its own, behind what was said `before`. */
export function createCallIds(blocks: readonly Block[], replay: Replay, before: NamesSoFar): CallIds {
  return createIdFitter(callIdGrammar, ownIds(blocks, replay), (id) => before.has(id))
}

function* ownIds(blocks: readonly Block[], replay: Replay): Iterable<readonly [id: string, wanted: string]> {
  for (const block of blocks) {
    const own = block.kind === 'tool-call' ? textIn(replay.get(block.id)?.block, 'id') : undefined
    if (block.kind === 'tool-call' && own !== undefined) yield [block.callId, own]
  }
}
