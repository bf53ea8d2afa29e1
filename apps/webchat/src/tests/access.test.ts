import { defineTool } from '@geppetto/tools'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { violationsOn } from './axe.test-helper.ts'
import { describeInBrowser, openPage, say, untilAnswer, untilIdle } from './browser.test-helper.ts'
import { gate, startWebchat } from './start-webchat.test-helper.ts'

const everything = `# A heading

Some *text* with \`code\`, [a link](https://example.org) and $x^2$.

| a | b |
|---|--:|
| 1 | 2 |

- [x] done
- [ ] not done

\`\`\`ts
// A comment
const text: string = 'code' + 17
\`\`\`

> Said by somebody.
`

const secret = defineTool({
  name: 'secret',
  description: 'Needs a yes',
  input: z.object({ of: z.string() }),
  execute: () => 'told',
})

describeInBrowser('the page', () => {
  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 390],
    ['dark', 390],
  ] as const)('has no fault that axe finds, %s, %i wide', async (colorScheme, width) => {
    const { url } = await startWebchat(
      [
        [{ reasoning: 'Hm.' }, { text: everything }],
        [{ toolCall: 'secret', input: { of: 'yours' } }],
        [{ text: 'Told.' }],
        [{ fail: 'quota' }],
      ],
      { tools: [secret], confirmed: ['secret'] },
    )
    // What moves has no colours that could be measured.
    const options = { colorScheme, viewport: { width, height: 800 }, reducedMotion: 'reduce' } as const
    const page = await openPage(url, options)
    const check = async (what: string) => expect([what, ...(await violationsOn(page))]).toEqual([what])
    await page.locator('.suggestions').waitFor()
    await check('a new chat')
    await say(page, 'Show me all')
    await untilIdle(page)
    await page.locator('.katex, .hljs-keyword').nth(1).waitFor()
    await page.locator('.reasoning summary').click()
    await check('an answer')
    await say(page, 'Use a tool')
    await page.getByRole('button', { name: 'Allow' }).waitFor()
    await check('a question')
    await page.getByRole('button', { name: 'Allow' }).click()
    await untilAnswer(page, 'Told.')
    await untilIdle(page)
    await say(page, 'Fail')
    await page.getByText('There is no credit left').first().waitFor()
    await check('a failure')
    const list = page.getByRole('button', { name: 'Show the chats' })
    if (await list.isVisible()) await list.click()
    await page.getByRole('button', { name: /^Options of/ }).focus()
    await page.keyboard.press('Enter')
    await check('the list with a menu')
    await page.getByRole('menuitem', { name: 'Rename' }).click()
    await check('a dialog')
  })

  it('tells those who do not see it that an answer is there, once, and not its single words', async () => {
    const { wait, open } = gate()
    const { url } = await startWebchat([[wait, { text: ['One ', 'two ', 'three ', 'four.'] }]])
    const page = await openPage(url)
    await page.evaluate(() => {
      const heard: string[] = []
      Reflect.set(window, 'heard', heard)
      new MutationObserver((changes) => {
        for (const { target } of changes) {
          const element = target instanceof Element ? target : target.parentElement
          const live = element?.closest('[aria-live]:not([aria-live="off"]), [role="status"], [role="alert"]')
          const text = live?.textContent ?? ''
          if (text !== '' && heard.at(-1) !== text) heard.push(text)
        }
      }).observe(document.body, { subtree: true, childList: true, characterData: true })
    })
    await say(page, 'Count')
    await page.getByText('The answer is being written.').waitFor({ state: 'attached' })
    open()
    await untilAnswer(page, 'four.')
    await untilIdle(page)
    const said = page.getByText('Answer: One two three four.')
    await said.waitFor({ state: 'attached' })
    const heard: unknown = await page.evaluate(() => Reflect.get(window, 'heard'))
    expect(heard).toEqual(['The answer is being written.', 'Answer: One two three four.'])
  })

  it('can be used by keyboard alone', async () => {
    const { url } = await startWebchat([[{ text: 'Yes.' }]])
    const page = await openPage(url)
    const focused = () =>
      page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent)
    expect(await focused()).toBe('Message')
    await page.keyboard.type('A line')
    await page.keyboard.press('Shift+Enter')
    await page.keyboard.type('and another')
    expect(await page.locator('#prompt').inputValue()).toBe('A line\nand another')
    await page.keyboard.press('Enter')
    await untilAnswer(page, 'Yes.')
    await untilIdle(page)
    expect(await focused()).toBe('Message')
    await page.keyboard.press('Control+/')
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
    await page.keyboard.press('Escape')
    expect(await focused()).toBe('Message')
    await page.keyboard.press('Control+k')
    await page.waitForFunction(() => document.activeElement?.id === 'session-search')
    await page.keyboard.press('Shift+Escape')
    expect(await focused()).toBe('Message')
    await page.getByRole('button', { name: /^Model:/ }).focus()
    await page.keyboard.press('Enter')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Model: other' }).waitFor()
    expect(await focused()).toBe('Model: other')
    await page.keyboard.press('Control+Shift+O')
    await page.getByText('What is on your mind?').waitFor()
    await page.waitForFunction(() => document.activeElement?.id === 'prompt')
  })
})
