import { contentText } from '@geppetto/turns'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { describeInBrowser, openPage, say, untilAnswer, untilIdle } from './browser.test-helper.ts'
import { startWebchat, startWith } from './start-webchat.test-helper.ts'
import { streamEngine } from './stream-engine.test-helper.ts'

const source = Buffer.from('export const answer = 42 // π\n')

/** What is copied of the code by hand. */
const selectionOf = (page: Page) =>
  page.locator('.code-block code').evaluate((element) => {
    getSelection()?.selectAllChildren(element)
    return getSelection()?.toString()
  })

describeInBrowser('what is said', () => {
  it('may be any file that is text, whatever it is called; of others, each is told', async () => {
    const { url, engine } = await startWebchat([[{ text: 'Two files.' }]])
    const page = await openPage(url)
    await page.locator('input[type="file"]').setInputFiles([
      { name: 'main.ts', mimeType: 'video/mp2t', buffer: source },
      { name: 'data.json', mimeType: 'application/json', buffer: Buffer.from('{"a":1}') },
      { name: 'film.mp4', mimeType: 'video/mp4', buffer: Buffer.from([0, 0, 0, 24, 102]) },
      { name: 'run.exe', mimeType: 'application/x-msdownload', buffer: Buffer.from([77, 90, 0, 3]) },
    ])
    await page.getByText('film.mp4: files of this type cannot be sent.').waitFor()
    await page.getByText('run.exe: files of this type cannot be sent.').waitFor()
    await say(page, 'Look')
    await untilAnswer(page, 'Two files.')
    const said = engine.received[0]?.blocks.find((block) => block.kind === 'user')
    expect(said?.content.map((part) => (part.type === 'file' ? [part.name, part.mediaType] : part.type))).toEqual([
      ['main.ts', 'text/plain'],
      ['data.json', 'text/plain'],
      'text',
    ])
  })

  it('is in the prompt again where it could not leave before the page was closed', async () => {
    const { url, engine } = await startWebchat([[{ text: 'Hi.' }], [{ text: 'Now.' }]])
    const page = await openPage(url)
    await say(page, 'Hello')
    await untilAnswer(page, 'Hi.')
    await untilIdle(page)
    await page.context().setOffline(true)
    await say(page, 'Precious words')
    await page.getByText('Waits for the network').waitFor()
    const address = page.url()
    await page.goto('about:blank')
    await page.context().setOffline(false)
    await page.goto(address)
    await untilAnswer(page, 'Hi.')
    expect(await page.locator('#prompt').inputValue()).toBe('Precious words')
    expect(engine.received).toHaveLength(1)
  })

  it('is not sent by the Enter that takes a model which was searched for', async () => {
    const { url, engine } = await startWebchat([], { others: 12 })
    const page = await openPage(url)
    await page.locator('#prompt').fill('Half a thought')
    await page.getByRole('button', { name: 'Model: script' }).click()
    await page.keyboard.type('model-7')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Model: model-7' }).waitFor()
    expect(await page.locator('#prompt').inputValue()).toBe('Half a thought')
    expect(engine.received).toHaveLength(0)
    expect(new URL(page.url()).pathname).toBe('/')
  })

  it('is folded where it is long, and shown when it is asked for', async () => {
    const { url, engine } = await startWebchat([[{ text: 'Much.' }]])
    const page = await openPage(url)
    const text = Array.from({ length: 60 }, (_, index) => `line ${index}`).join('\n')
    await say(page, text)
    await untilAnswer(page, 'Much.')
    const bubble = page.locator('.bubble')
    await bubble.getByText('line 29').waitFor()
    expect(await bubble.textContent()).not.toContain('line 59')
    await bubble.getByRole('button', { name: /^Show all/ }).click()
    expect(await bubble.textContent()).toContain('line 59')
    const said = engine.received[0]?.blocks.find((block) => block.kind === 'user')
    expect(contentText(said?.content ?? [])).toBe(text)
  })
})

describeInBrowser('code that grows', () => {
  it('keeps its colours, however long it is, and the button that copies it stays in sight', async () => {
    const code = Array.from({ length: 500 }, (_, index) => `export const value${index} = ${index}`).join('\n')
    const { url } = await startWith(streamEngine(`\`\`\`ts\n${code}\n\`\`\`\n`, { size: 400, pauseMs: 40 }))
    const page = await openPage(url)
    await say(page, 'Much code')
    await page.waitForFunction(
      () =>
        document.querySelector('.answer[aria-busy="true"]') !== null &&
        document.querySelectorAll('.hljs-keyword').length > 400,
    )
    await untilIdle(page)
    expect(await page.locator('.hljs-keyword').count()).toBe(1_000)
    expect(await page.locator('.code-block code').textContent()).toBe(code)
    expect(await selectionOf(page)).toBe(code)
    await page.locator('.scroller').evaluate((element) => {
      element.scrollTop = element.scrollHeight / 2
    })
    const { top, bottom } = await page
      .getByRole('button', { name: 'Copy code' })
      .evaluate((button) => button.getBoundingClientRect())
    expect(top).toBeGreaterThan(0)
    expect(bottom).toBeLessThan(800)
  })
})
