import { expect, it } from 'vitest'
import { answersOn, describeInBrowser, openPage, say, untilAnswer, untilIdle } from './browser.test-helper.ts'
import { startWebchat } from './start-webchat.test-helper.ts'

describeInBrowser('how answers end', () => {
  it('is still said of an answer that failed when the conversation has gone on', async () => {
    const { url } = await startWebchat([[{ fail: 'quota' }], [{ text: 'Hi.' }]])
    const page = await openPage(url)
    await say(page, 'Hello')
    await page.locator('.run-note').getByText('There is no credit left').waitFor()
    await say(page, 'And now?')
    await untilAnswer(page, 'Hi.')
    await page.locator('.turn').first().getByText('There is no credit left.').waitFor()
    await page.reload()
    await page.locator('.turn').first().getByText('There is no credit left.').waitFor()
    expect(await page.locator('.turn').last().locator('.message-note').count()).toBe(0)
  })

  it('is said where a model says nothing, and it can be asked again', async () => {
    const { url } = await startWebchat([[], [{ text: 'Something.' }]])
    const page = await openPage(url)
    await say(page, 'Hello')
    await page.locator('.run-note').getByText('The model said nothing.').waitFor()
    await page.locator('.run-note').getByRole('button', { name: 'Answer again' }).click()
    await untilAnswer(page, 'Something.')
    expect(await page.locator('.run-note').count()).toBe(0)
  })

  it('is a limit of the model, beyond which it goes on when it is asked to', async () => {
    const { url, engine } = await startWebchat([
      [{ text: 'The first half' }, { stop: 'max_tokens' }],
      [{ text: 'and the rest.' }],
    ])
    const page = await openPage(url)
    await say(page, 'Tell me all')
    await page.locator('.run-note').getByRole('button', { name: 'Continue' }).click()
    await untilAnswer(page, 'and the rest.')
    expect(engine.received).toHaveLength(2)
    expect(await page.locator('.turn').first().locator('.message-note').textContent()).toContain('reached its limit')
  })

  it('is read out once', async () => {
    const { url } = await startWebchat([[{ fail: 'quota' }]])
    const page = await openPage(url)
    await say(page, 'Hello')
    await page.locator('.run-note').waitFor()
    const spoken = page
      .locator('[role="status"], [role="alert"], [aria-live]')
      .filter({ hasText: 'There is no credit left' })
    await spoken.first().waitFor()
    expect(await spoken.count()).toBe(1)
  })

  it('can be left for a conversation of its own, which begins with what was said up to there', async () => {
    const { url } = await startWebchat([[{ text: 'One.' }], [{ text: 'Two.' }], [{ text: 'Other two.' }]])
    const page = await openPage(url)
    for (const [asked, answer] of [
      ['First', 'One.'],
      ['Second', 'Two.'],
    ] as const) {
      await say(page, asked)
      await untilAnswer(page, answer)
      await untilIdle(page)
    }
    const before = page.url()
    await page.locator('.turn').first().hover()
    await page.getByRole('button', { name: 'Fork the chat here' }).first().click()
    await page.getByRole('heading', { level: 1, name: 'First (from there)' }).waitFor()
    await untilAnswer(page, 'One.')
    await say(page, 'Another second')
    await untilAnswer(page, 'Other two.')
    expect(await answersOn(page)).toEqual(['One.', 'Other two.'])
    await page.goto(before)
    await untilAnswer(page, 'Two.')
  })
})
