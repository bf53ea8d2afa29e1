import { defineTool } from '@geppetto/tools'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { violationsOn } from './axe.test-helper.ts'
import { describeInBrowser, openPage, say, untilAnswer, untilIdle } from './browser.test-helper.ts'
import { gate, startWebchat } from './start-webchat.test-helper.ts'

const send = defineTool({
  name: 'send_mail',
  description: 'Sends a mail',
  input: z.object({ to: z.string() }),
  execute: () => 'sent',
})

const focused = (page: Page) => page.evaluate(() => document.activeElement?.id || document.activeElement?.tagName)

describeInBrowser('where one is on the page', () => {
  it('does not matter for Escape: behind a click into a text it stops the answer, too', async () => {
    const { url } = await startWebchat([[{ text: 'It goes on and' }, { hang: true }]])
    const page = await openPage(url)
    await say(page, 'Hello')
    await untilAnswer(page, 'It goes on and')
    await page.locator('.transcript').click({ position: { x: 4, y: 4 } })
    expect(await focused(page)).toBe('BODY')
    await page.keyboard.press('Escape')
    await page.locator('.run-note').getByText('You stopped this answer.').waitFor()
  })

  it('is the list where Escape is for what is typed there', async () => {
    const { wait, open } = gate()
    const { url } = await startWebchat([[{ text: 'Slowly, ' }, wait, { text: 'done.' }]])
    const page = await openPage(url)
    await say(page, 'Hello')
    await untilAnswer(page, 'Slowly,')
    await page.getByRole('searchbox', { name: 'Search the chats' }).fill('garden')
    await page.keyboard.press('Escape')
    open()
    await untilAnswer(page, 'Slowly, done.')
  })

  it('is the prompt again behind an edit, and the call behind a decision', async () => {
    const { url } = await startWebchat(
      [[{ text: 'One.' }], [{ toolCall: 'send_mail', input: { to: 'ada' } }], [{ text: 'Two.' }], [{ text: 'Three.' }]],
      { tools: [send], confirmed: ['send_mail'] },
    )
    const page = await openPage(url)
    await say(page, 'Hello')
    await untilAnswer(page, 'One.')
    await untilIdle(page)
    await page.keyboard.press('ArrowUp')
    await page.getByRole('textbox', { name: 'Edit the message' }).press('Escape')
    expect(await focused(page)).toBe('prompt')
    await page.keyboard.press('ArrowUp')
    await page.getByRole('textbox', { name: 'Edit the message' }).fill('Write to Ada')
    await page.keyboard.press('Enter')
    const allow = page.getByRole('button', { name: 'Allow' })
    await allow.waitFor()
    expect(await focused(page)).toBe('prompt')
    await page.getByText('May send_mail run? It waits for you.').waitFor({ state: 'attached' })
    expect(await page.title()).toBe('Waits for you: Hello · Geppetto')
    await allow.press('Enter')
    await untilAnswer(page, 'Two.')
    expect(await focused(page)).toBe('SUMMARY')
    await untilIdle(page)
    await page.getByRole('button', { name: 'Answer again' }).click()
    await untilAnswer(page, 'Three.')
    expect(await focused(page)).toBe('prompt')
  })

  it('stays the same button while one moves between versions', async () => {
    const { url } = await startWebchat([[{ text: 'One.' }], [{ text: 'Two.' }], [{ text: 'Three.' }]])
    const page = await openPage(url)
    await say(page, 'Hello')
    await untilAnswer(page, 'One.')
    for (const answer of ['Two.', 'Three.']) {
      await untilIdle(page)
      await page.getByRole('button', { name: 'Answer again' }).click()
      await untilAnswer(page, answer)
    }
    await untilIdle(page)
    const earlier = page.getByRole('button', { name: 'Earlier version' })
    await earlier.press('Enter')
    await untilAnswer(page, 'Two.')
    expect(await earlier.evaluate((button) => button === document.activeElement)).toBe(true)
    await page.keyboard.press('Enter')
    await untilAnswer(page, 'One.')
  })

  it('may be another conversation: the list tells when the answer left behind has ended', async () => {
    const { wait, open } = gate()
    const { url } = await startWebchat([[{ text: 'Slowly, ' }, wait, { text: 'done.' }]])
    const page = await openPage(url)
    await say(page, 'Hello')
    await untilAnswer(page, 'Slowly,')
    const dot = page.getByRole('img', { name: 'is answering' })
    await dot.waitFor()
    await page.getByRole('button', { name: 'New chat' }).click()
    await page.getByText('What is on your mind?').waitFor()
    await dot.waitFor()
    open()
    await dot.waitFor({ state: 'detached' })
  })

  it('is told apart by axe, too, where an answer has several tables', async () => {
    const table = '| a | b |\n|---|---|\n| 1 | 2 |\n'
    const { url } = await startWebchat([[{ text: `${table}\nand\n\n${table}` }]])
    const page = await openPage(url)
    await say(page, 'Two tables')
    await page.locator('table').nth(1).waitFor()
    await untilIdle(page)
    expect(await violationsOn(page)).toEqual([])
  })
})
