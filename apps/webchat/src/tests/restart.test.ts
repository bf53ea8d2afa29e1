import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, it } from 'vitest'
import { answersOn, describeInBrowser, openPage, say, untilAnswer, untilIdle } from './browser.test-helper.ts'
import { gate, startWebchat } from './start-webchat.test-helper.ts'

const main = fileURLToPath(new URL('../../dist/server/main.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'webchat-'))
const children: ChildProcess[] = []

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

/** Starts the built program, which talks slowly. */
async function startProgram(port: number): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const args = [main, '--port', String(port), '--store', join(folder, 'chats.sqlite'), '--eliza-delay-ms', '150']
  const environment = { PATH: process.env.PATH, HOME: folder, OLLAMA_HOST: '127.0.0.1:1' }
  const child = spawn(process.execPath, args, { env: environment, cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  for await (const [line] of [await once(child.stdout ?? child, 'data')]) {
    const [url] = /http:\S+/.exec(String(line)) ?? []
    if (url !== undefined) return { child, url }
  }
  throw new Error('it has not said where it is')
}

describeInBrowser('a page', () => {
  it('shows what was interrupted when its server was killed, and goes on when it is asked to', async () => {
    const { child, url } = await startProgram(0)
    const page = await openPage(url)
    await say(page, 'I am worried about my mother and my father')
    await page.locator('.answer[aria-busy="true"] .markdown').waitFor()
    child.kill('SIGKILL')
    await page.getByText('The server does not answer').waitFor()
    await startProgram(Number(new URL(url).port))
    await page.locator('.run-note').getByText('Interrupted.').waitFor()
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.locator('.run-note').getByText('Interrupted.').waitFor({ state: 'detached' })
    await untilIdle(page)
    expect((await answersOn(page)).join('').length).toBeGreaterThan(10)
    expect(await page.locator('.user-message').count()).toBe(1)
  })

  it('says that it is offline, sends what was said when it is back, and has missed nothing', async () => {
    const { wait, open } = gate()
    const { url, engine } = await startWebchat([
      [{ text: 'Before it, ' }, wait, { text: 'and after it.' }],
      [{ text: 'Heard.' }],
    ])
    const page = await openPage(url)
    await say(page, 'Hello')
    await untilAnswer(page, 'Before it,')
    await page.context().setOffline(true)
    await page.getByText('You are offline').waitFor()
    open()
    await say(page, 'Do you hear me?')
    await page.getByText('Waits for the network').waitFor()
    await page.context().setOffline(false)
    await page.getByText('Connected again.').waitFor()
    await untilAnswer(page, 'Heard.')
    await untilIdle(page)
    expect(await answersOn(page)).toEqual(['Before it, and after it.', 'Heard.'])
    expect(engine.received).toHaveLength(2)
  })
})
