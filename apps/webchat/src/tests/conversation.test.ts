import { expect, it } from 'vitest'
import { answersOn, describeInBrowser, openPage, openTab, say, untilAnswer, untilIdle } from './browser.test-helper.ts'
import { gate, startWebchat } from './start-webchat.test-helper.ts'

describeInBrowser('a conversation', () => {
  it('has two turns, is listed by what was said first, and is there after a reload', async () => {
    const { url, engine } = await startWebchat([[{ text: 'First **answer**.' }], [{ text: 'Second answer.' }]])
    const page = await openPage(url)
    await say(page, 'Hello there')
    await untilIdle(page)
    await say(page, 'And then?')
    await untilAnswer(page, 'Second answer.')
    await untilIdle(page)
    expect(await answersOn(page)).toEqual(['First answer.', 'Second answer.'])
    expect(await page.locator('.answer strong').textContent()).toBe('answer')
    await page.getByRole('link', { name: 'Hello there' }).waitFor()
    await page.reload()
    await untilAnswer(page, 'Second answer.')
    expect(await answersOn(page)).toEqual(['First answer.', 'Second answer.'])
    expect(engine.received).toHaveLength(2)
  })

  it('is the same in two tabs, while it is written too', async () => {
    const { wait, open } = gate()
    const { url } = await startWebchat([[{ text: 'Half of it, ' }, wait, { text: 'and the rest.' }]])
    const page = await openPage(url)
    await say(page, 'Hello')
    await untilAnswer(page, 'Half of it,')
    const other = await openTab(page.context(), page.url())
    await untilAnswer(other, 'Half of it,')
    await other.getByRole('button', { name: 'Stop the answer' }).waitFor()
    open()
    for (const tab of [page, other]) {
      await untilAnswer(tab, 'Half of it, and the rest.')
      await untilIdle(tab)
    }
    expect(await answersOn(other)).toEqual(await answersOn(page))
  })

  it('runs a prompt once that is sent twice', async () => {
    const { url, engine } = await startWebchat([[{ text: 'Once.' }]])
    const page = await openPage(url)
    await page.locator('#prompt').fill('Hello')
    await page.getByRole('button', { name: 'Send', exact: true }).dblclick()
    await untilAnswer(page, 'Once.')
    await untilIdle(page)
    expect(await page.locator('.user-message').count()).toBe(1)
    expect(engine.received).toHaveLength(1)
  })

  it('can be stopped by Escape, keeps what was said, and takes the next prompt', async () => {
    const { url } = await startWebchat([[{ text: 'It goes on and' }, { hang: true }], [{ text: 'Next answer.' }]])
    const page = await openPage(url)
    await say(page, 'Hello')
    await untilAnswer(page, 'It goes on and')
    await page.keyboard.press('Escape')
    await page.locator('.run-note').getByText('You stopped this answer.').waitFor()
    await say(page, 'Again')
    await untilAnswer(page, 'Next answer.')
    await untilIdle(page)
    expect(await answersOn(page)).toEqual(['It goes on and', 'Next answer.'])
  })
})
