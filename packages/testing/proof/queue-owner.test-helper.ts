import { setTimeout as sleep } from 'node:timers/promises'
import { type ExecutionHandle, Session } from '@geppetto/session'
import { openSqliteStore } from '@geppetto/store-sqlite'
import { appendBlocks, assistantBlock, type Turn } from '@geppetto/turns'
import { seededRandom } from '../src/seeded-random.ts'

// A process that says things to a session which another one speaks in too, and edits, withdraws and cancels some of them.

/** What a process tells of one of its prompts. */
export interface ToldPrompt {
  readonly runId: string
  readonly status: string
  readonly warnings: readonly string[]
  /** The texts that it may have been said with: an edit that came too late is none of them. */
  readonly texts: readonly string[]
  readonly mayBeGone: boolean
}

const [path = '', name = '', seed = '', count = ''] = process.argv.slice(2)
const random = seededRandom(Number(seed))
const store = openSqliteStore(path, { durability: 'process', lockTimeoutMs: 60_000 })
const runInference = async ({ signal }: { readonly signal: AbortSignal }, turn: Turn): Promise<Turn> => {
  await sleep(random(40), undefined, { signal })
  return appendBlocks(turn, assistantBlock(`${name} answers.`))
}
const session = await Session.open(store, 's', { builder: { build: () => ({ runInference }) }, holder: name })

async function speak(index: number): Promise<ToldPrompt> {
  const said = `${name} ${index}`
  const handle: ExecutionHandle = session.submit(said, { whenBusy: 'queue', requestId: said })
  const { runId } = handle
  const texts = [said]
  const deed = random(6)
  await sleep(random(300))
  if (deed === 0 && (await session.editQueued(runId, `${said} edited`))) texts[0] = `${said} edited`
  if (deed === 1) await session.withdrawQueued(runId)
  if (deed === 2) void handle.cancel()
  const { status, warnings } = await handle.wait()
  return { runId, status, warnings: warnings.map(({ code }) => code), texts, mayBeGone: deed === 1 || deed === 2 }
}

const told: Promise<ToldPrompt>[] = []
for (let index = 0; index < Number(count); index++) {
  told.push(speak(index))
  await sleep(random(80))
}
const all = await Promise.all(told)
while (session.active !== undefined) await session.active.wait()
store.close()
process.send?.(all)
process.disconnect?.()
