import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Session } from '@geppetto/session'
import { openSqliteStore } from '@geppetto/store-sqlite'
import { afterAll, describe, expect, it } from 'vitest'
import { faultText } from '../fault-text.ts'
import { parseOptions } from '../options.ts'
import { openStore } from './store-choice.ts'

const folder = mkdtempSync(join(tmpdir(), 'chat-store-'))
const path = join(folder, 'sessions.sqlite')
const isRoot = process.getuid?.() === 0
const canMount = isRoot && spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]).status === 0
const builder = { build: () => ({ runInference: () => Promise.reject(new Error('it is not run')) }) }

afterAll(() => {
  if (canMount) spawnSync('umount', [folder])
  else chmodSync(folder, 0o700)
  rmSync(folder, { recursive: true })
})

/** Nobody may write to it any more: whoever may write to everything needs a disk that cannot be. */
function makeUnwritable(): void {
  if (canMount) spawnSync('mount', ['-o', 'remount,ro', folder])
  else chmodSync(folder, 0o500)
}

function optionsOf(...args: readonly string[]) {
  const request = parseOptions(args, [])
  if (request.kind !== 'chat') throw new Error('a chat')
  return request.options
}

describe.runIf(canMount || (!isRoot && process.platform !== 'win32'))('a store that cannot be written to', () => {
  it('is opened only to read where it was asked for, and says why; a single answer has that for an error', async () => {
    const store = openSqliteStore(path)
    const session = new Session({ store, id: 's', builder, metadata: { title: 'trip' } })
    session.appendNewTurnFromUserPrompt('Hello')
    await session.save()
    store.close()
    makeUnwritable()
    const chosen = await openStore(optionsOf('--store', path), true, {})
    expect(chosen.readOnly).toMatch(/cannot be written to/)
    const opened = await Session.open(chosen.store, 's', { builder })
    expect(opened.turnCount).toBe(1)
    const { error } = Object(await opened.startInference().wait())
    expect(faultText(error)).toMatch(/^the file of the sessions can only be read: start the chat again/)
    chosen.close()
    await expect(openStore(optionsOf('--store', path, 'Hi'), false, {})).rejects.toMatchObject({ reason: 'read_only' })
  })
})
