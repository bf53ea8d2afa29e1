import { isJsonObject, type JsonValue } from '@geppetto/turns'
import { assertSessionId, assertStore } from '../contract/session-options.ts'
import type { Head, SessionStore } from '../contract/store.ts'
import { askStore } from '../contract/store-error.ts'

/** What was said in a session, for a search. */
export interface SaidTexts {
  /** What users and models said, in any branch, in the order in which it was stored. */
  readonly texts: readonly string[]
  /** How many records there are: the next time begin here. */
  readonly head: Head
}

/**
 * Reads what was said in a session from the record `from` on (default: all). Makes no turns of it, and passes over what it does not know: the session may be
 * running, or be of a later version. What a run says is there when its step is stored.
 * @throws SessionError `store_failed`, `invalid_options`
 */
export async function readSaid(store: SessionStore, id: string, from: Head = 0): Promise<SaidTexts> {
  assertStore(store)
  assertSessionId(id)
  const texts: string[] = []
  let head = from
  await askStore(async () => {
    for await (const { type, turn } of store.read(id, from)) {
      head++
      if (type !== 'turn' || !isJsonObject(turn) || !Array.isArray(turn.parts)) continue
      const parts: readonly JsonValue[] = turn.parts
      texts.push(...parts.flatMap(textsOf))
    }
  })
  return { texts, head }
}

/** Of a block of a user or a model; a part that is no block is one that was there before. */
function textsOf(part: JsonValue): readonly string[] {
  if (!isJsonObject(part)) return []
  const { kind, text, content } = part
  if (kind === 'assistant') return typeof text === 'string' ? [text] : []
  if (kind !== 'user' || !Array.isArray(content)) return []
  const said: readonly JsonValue[] = content
  return said.flatMap((piece) => (isJsonObject(piece) && typeof piece.text === 'string' ? [piece.text] : []))
}
