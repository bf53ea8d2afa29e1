import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasPty } from './chat-screen.test-helper.ts'
import { closeTerminals, openTerminal } from './chat-terminal.test-helper.ts'
import { runChat } from './run-chat.test-helper.ts'

const folder = mkdtempSync(join(tmpdir(), 'chat-unreadable-'))
const store = join(folder, 'store.sqlite')
const args = ['--engine', 'eliza', '--store', store, '--session', 'trip']

beforeAll(async () => {
  expect((await runChat([...args, 'Hello'])).code).toBe(0)
  const database = new DatabaseSync(store)
  database.exec(`UPDATE record SET body = replace(body, 'Hello', 'Jello')`)
  database.close()
})
afterAll(() => {
  closeTerminals()
  rmSync(folder, { recursive: true })
})

const where = hasPty
  ? 'a session that cannot be read'
  : 'a session that cannot be read (left out: this platform has no prebuilt pseudo-terminal)'

describe.skipIf(!hasPty)(where, () => {
  it.each([
    ['on the screen that is drawn', []],
    ['line by line', ['--plain']],
  ])('is told of, and the program ends, %s', async (_name, more) => {
    const chat = await openTerminal([...args, ...more], { folder })
    expect(await chat.exit).toBe(1)
    expect(chat.text).toMatch(/chat: the session store [\s\S]*\(record\s1\sof\ssession\strip:/)
    expect(chat.text).not.toContain('Starting')
  })
})
