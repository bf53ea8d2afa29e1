import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, vi } from 'vitest'
import { Connection } from './connection.ts'
import { makeFolder, openStore, put, request, titled } from './store-file.test-helper.ts'

describe('what others want of the owner of a session', () => {
  it('is asked in one statement where nobody wants anything', async () => {
    const store = openStore(':memory:')
    await put(store, 's', { records: [titled('a')] })
    const lease = await store.acquire('s', request)
    const asked = [vi.spyOn(Connection.prototype, 'row'), vi.spyOn(Connection.prototype, 'rows')]
    expect(await store.readInbox(lease)).toEqual({ notes: [] })
    expect(asked.map(({ mock }) => mock.calls.length)).toEqual([1, 0])
    vi.restoreAllMocks()
  })

  it('is heard also where a note is damaged, of which reading it tells', async () => {
    const path = join(makeFolder(), 'sessions.sqlite')
    const store = openStore(path)
    await put(store, 'other', { records: [titled('a')] })
    await put(store, 's', { records: [titled('a')] })
    const lease = await store.acquire('s', request)
    await store.leaveNote('s', titled('note'))
    await store.requestCancel('s', request.runId, 'please')
    expect(await store.readInbox(lease)).toMatchObject({ cancelReason: 'please', notes: [{ note: titled('note') }] })
    const other = new DatabaseSync(path)
    other.exec(`UPDATE note SET body = replace(body, 'note', 'nope')`)
    other.close()
    await store.leaveNote('s', titled('sound'))
    const { cancelReason, notes } = await store.readInbox(lease)
    expect([cancelReason, notes]).toEqual(['please', await store.notes('s')])
    expect(notes).toMatchObject([
      {
        number: 1,
        damage: expect.stringMatching(/sessions\.sqlite.*note 1 of session s: body is not what was written/),
      },
      { number: 2, note: titled('sound') },
    ])
    await store.commit(lease, 1, { records: [titled('b')], takesNotes: 2 })
    expect((await store.notes('s')).map(({ number }) => number)).toEqual([1])
  })
})
