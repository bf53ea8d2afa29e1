import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openSqliteStore } from '@geppetto/store-sqlite'
import { afterEach, describe, expect, it } from 'vitest'
import { clientOf, isQuiet, saidInState } from './client.test-helper.ts'
import { says, serve } from './serve.test-helper.ts'

const folder = mkdtempSync(join(tmpdir(), 'geppetto-server-'))
const children: ChildProcess[] = []

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

async function startMortalServer(file: string): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const program = fileURLToPath(new URL('./mortal-server.test-helper.ts', import.meta.url))
  const child = spawn(process.execPath, [program, file], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  const [line] = await once(child.stdout, 'data')
  return { child, url: `http://127.0.0.1:${String(line).trim()}` }
}

describe('a server that is killed in the middle of an answer', () => {
  it('leaves a session that the next one shows as interrupted, and that goes on when it is asked to', async () => {
    const file = join(folder, 'sessions.sqlite')
    const { child, url } = await startMortalServer(file)
    let current = url
    const client = clientOf('http://chat.test', {
      fetch: (input, init) => fetch(String(input).replace('http://chat.test', current), init),
    })
    await client.create({ sessionId: 'session1' })
    const session = client.session('session1')
    const leave = session.subscribe(() => {})
    await session.until()
    await session.submit('Tell me')
    await session.until((state) => saidInState(state)[0]?.[1] === 'Half of ')
    child.kill('SIGKILL')
    await once(child, 'exit')
    // The connection is gone, and the run is what the record said last.
    expect((await session.until(({ connection }) => connection === 'waiting')).run.status).toBe('running')

    const store = openSqliteStore(file)
    const next = await serve(says('the other half.'), { store })
    current = next.url
    const cut = await session.until(({ run }) => run.status === 'interrupted')
    expect(cut.run.last).toMatchObject({ status: 'cancelled', stop: 'owner_lost' })
    // What was said in the last quarter of a second may be lost: then it is gone from the page too.
    const [kept] = saidInState(cut)
    expect(['Half of ', 'Half ', undefined]).toContain(kept?.[1])
    await session.resume()
    const state = await session.until(isQuiet)
    expect(saidInState(state)).toEqual([[...(kept ?? []), 'the other half.']])
    expect(state.turns).toEqual((await clientOf(next.url).session('session1').until()).turns)
    leave()
    client.close()
    await next.server.close()
    store.close()
  })
})
