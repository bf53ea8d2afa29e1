import { createEngineBuilder } from '@geppetto/enginebuilder'
import { createMemoryStore, Session } from '@geppetto/session'
import { assistantText, type Turn } from '@geppetto/turns'
import { createManualClock, createSequentialIds } from '../src/index.ts'
import { quietEngine } from './quiet-engine.test-helper.ts'

/** A session of so many turns in a store, and the same opened from there. */
export async function openLongSession(
  turns: number,
): Promise<{ readonly session: Session; readonly opened: Session; readonly latest: Turn }> {
  const clock = createManualClock()
  const store = createMemoryStore({ clock })
  const options = { builder: createEngineBuilder({ base: quietEngine }), clock, ids: createSequentialIds() }
  const session = new Session({ ...options, store })
  for (let count = 0; count < turns; count++) await session.run(`Question ${count}`)
  const { latest } = session
  if (latest === undefined) throw new Error('there is no turn')
  return { session, latest, opened: await Session.open(store, session.id, options) }
}

/** @throws Error when the turn at `index` is not what was said by then. */
export function assertReadable(session: Session, index: number): void {
  const turn = session.getTurn(index)
  if (turn.blocks.length !== 2 * index + 2) throw new Error(`turn ${index} has ${turn.blocks.length} blocks`)
  const question = turn.blocks.at(-2)
  const asked = question?.kind === 'user' ? question.content[0] : undefined
  if (asked?.type !== 'text' || asked.text !== `Question ${index}`) throw new Error(`turn ${index} lacks its question`)
  if (assistantText(turn) === '') throw new Error(`turn ${index} lacks its answer`)
}
