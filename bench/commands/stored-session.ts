import { randomUUID } from 'node:crypto'
import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { Session } from '@geppetto/session'
import { openSqliteStore, type SqliteStore } from '@geppetto/store-sqlite'
import { createScriptedEngine } from '@geppetto/testing'
import type { Workshop } from './command.ts'

export const storedId = 'stored'

export const storedBuilder = createEngineBuilder({
  base: createScriptedEngine(() => [
    {
      text: [
        'Some words of an answer, ',
        'in two pieces, ',
        'of about a hundred characters: as long as a sentence is.',
      ],
    },
  ]),
})

/** A store with a session of so many turns, each with its run, as a program leaves it. Made once for all workers. */
export async function openStored(turns: number, { folder }: Workshop): Promise<SqliteStore> {
  const path = join(folder, `${turns}-turns.sqlite`)
  if (existsSync(path)) return openSqliteStore(path)
  // Under another name until it is whole: a worker may be stopped.
  const draft = join(folder, `${randomUUID()}.sqlite`)
  const store = openSqliteStore(draft, { durability: 'process' })
  const session = new Session({ store, id: storedId, builder: storedBuilder })
  for (let turn = 0; turn < turns; turn++) await session.run(`Question ${turn}: what else is there to say of it?`)
  store.close()
  renameSync(draft, path)
  return openSqliteStore(path)
}
