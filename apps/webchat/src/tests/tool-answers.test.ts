import { defineTool } from '@geppetto/tools'
import { contentText } from '@geppetto/turns'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { violationsOn } from './axe.test-helper.ts'
import { describeInBrowser, openPage, openTab, say, untilAnswer } from './browser.test-helper.ts'
import { startWebchat } from './start-webchat.test-helper.ts'

const ask = defineTool({
  name: 'ask_colleague',
  description: 'Asks somebody, who answers when they can',
  input: z.object({ question: z.string() }),
})

const asking = [
  { toolCall: 'ask_colleague', input: { question: 'Which colour?' } },
  { toolCall: 'ask_colleague', input: { question: 'Which size?' } },
]

describeInBrowser('tool calls that nothing here can answer', () => {
  it('are answered in a form, in whichever tab, and the answer goes on with it', async () => {
    const { url, engine } = await startWebchat([asking, [{ text: 'A green one, then.' }]], { tools: [ask] })
    const page = await openPage(url)
    await say(page, 'Order a bicycle')
    await page.getByText('2 tools wait for you.').waitFor()
    await page.getByText('Waits for you to say what came of ask_colleague, ask_colleague.').waitFor()
    expect(await violationsOn(page)).toEqual([])
    const other = await openTab(page.context(), page.url())
    const send = other.getByRole('form', { name: 'What came of the tools' }).getByRole('button', { name: 'Send' })
    await other.getByRole('textbox', { name: 'ask_colleague Which colour?' }).fill('Green')
    expect(await send.isEnabled()).toBe(false)
    await other.getByRole('radio', { name: 'It may not be done' }).nth(1).check()
    await other.getByRole('textbox', { name: 'ask_colleague Which colour?' }).press('Enter')
    for (const tab of [page, other]) {
      await untilAnswer(tab, 'A green one, then.')
      await tab.locator('.tool-answers').waitFor({ state: 'detached' })
      expect(await tab.locator('.tool-state').allTextContents()).toEqual(['done', 'not allowed'])
    }
    const results = engine.received[1]?.blocks.flatMap((block) => (block.kind === 'tool-result' ? [block] : []))
    expect(results?.map(({ outcome, content }) => [outcome, contentText(content)])).toEqual([
      ['ok', 'Green'],
      ['denied', 'The user said no.'],
    ])
  })

  it('are left alone by another message', async () => {
    const { url } = await startWebchat([asking, [{ text: 'Never mind.' }]], { tools: [ask] })
    const page = await openPage(url)
    await say(page, 'Order a bicycle')
    await page.getByText('2 tools wait for you.').waitFor()
    await say(page, 'Forget it')
    await untilAnswer(page, 'Never mind.')
    expect(await page.locator('.tool-answers').count()).toBe(0)
  })
})
