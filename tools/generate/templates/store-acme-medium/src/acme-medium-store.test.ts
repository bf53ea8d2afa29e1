import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SessionStore } from '@geppetto/session'
import { storeConformance } from '@geppetto/testing'
import { afterAll, describe, expect, it } from 'vitest'
import { createAcmeMediumStore } from './acme-medium-store.ts'
import { openFolder } from './medium.ts'

const home = mkdtempSync(join(tmpdir(), 'acme-medium-'))
afterAll(() => rmSync(home, { recursive: true }))

let folders = 0
const newFolder = (): string => join(home, String(folders++))

describe('a store, and another one on the same folder', () => {
  const folderOf = new Map<SessionStore, string>()
  const cases = storeConformance({
    createStore(options) {
      const folder = newFolder()
      const store = createAcmeMediumStore(openFolder(folder), options)
      folderOf.set(store, folder)
      return store
    },
    reopen: (store, options) => createAcmeMediumStore(openFolder(folderOf.get(store) ?? ''), options),
  })
  it.each(cases)('$name', ({ run }) => run())
})

describe('the medium', () => {
  it('lets one of many save what all have loaded, and keeps nothing of the others', async () => {
    const folder = newFolder()
    const saving = Array.from({ length: 20 }, (_, writer) => openFolder(folder).save('key', 0, `text ${writer}`))
    const outcomes = await Promise.all(saving)
    expect(outcomes.filter((isSaved) => isSaved)).toHaveLength(1)
    expect(await openFolder(folder).load('key')).toEqual({ text: `text ${outcomes.indexOf(true)}`, version: 1 })
    expect(await readdir(folder, { recursive: true })).toHaveLength(2)
  })

  it('refuses who slept while others saved, also where the file that it loaded is gone', async () => {
    const medium = openFolder(newFolder())
    for (const version of [0, 1, 2]) expect(await medium.save('key', version, `text ${version}`)).toBe(true)
    for (const version of [0, 1, 2]) expect(await medium.save('key', version, 'too late')).toBe(false)
    expect(await medium.load('key')).toEqual({ text: 'text 2', version: 3 })
  })
})

describe('what is kept', () => {
  it.each(['{', '[]', '{"sessionId":"s"}'])('is never half of it: %s', async (text) => {
    const medium = openFolder(newFolder())
    await medium.save('s', 0, text)
    await expect(createAcmeMediumStore(medium).find('s')).rejects.toMatchObject({ code: 'store_failed' })
  })

  it('is not taken for empty where the medium fails', async () => {
    const file = newFolder()
    writeFileSync(file, 'a file in place of the folder')
    await expect(createAcmeMediumStore(openFolder(file)).find('s')).rejects.toMatchObject({ code: 'store_failed' })
  })
})
