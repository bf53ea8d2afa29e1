import { expect, it } from 'vitest'
import { answersOn, describeInBrowser, openPage, say, untilAnswer, untilIdle } from './browser.test-helper.ts'
import { longestTaskIn } from './longest-task.test-helper.ts'
import { startWith } from './start-webchat.test-helper.ts'
import { streamEngine } from './stream-engine.test-helper.ts'

const words = Array.from({ length: 300 }, (_, index) => `w${index}`)

/** Some of all that models write, of about 200 kB. */
function longAnswer(): string {
  const section = (index: number) => `## Part ${index}

Some *words* about **part ${index}**, with \`code\`, a [link](https://example.org/${index}) and $x_{${index}}^2$ in it. ${'And more of it, as models do. '.repeat(8)}

- one thing
- another, with **emphasis**
  - and one below it

| name | value |
|---|---:|
| a | ${index} |
| b | ${index * 2} |

\`\`\`ts
${Array.from({ length: 12 }, (_, line) => `const value${line} = compute(${index}, '${line}') // so and so`).join('\n')}
\`\`\`

`
  return Array.from({ length: 200 }, (_, index) => section(index)).join('')
}

describeInBrowser('an answer that is being written', () => {
  it('goes on after a reload without a lost or a doubled character', async () => {
    const { url } = await startWith(streamEngine(words.join(' '), { size: 7, pauseMs: 4 }))
    const page = await openPage(url)
    await say(page, 'Count')
    for (const word of ['w40', 'w110', 'w180']) {
      await untilAnswer(page, word)
      await page.reload()
    }
    await untilAnswer(page, 'w299')
    await untilIdle(page)
    expect(await answersOn(page)).toEqual([words.join(' ')])
  })

  it.each([
    ['Markdown of all kinds', longAnswer(), 'Part 199'],
    [
      'one list',
      Array.from({ length: 2_700 }, (_, index) => `- **item** ${index} ${'word '.repeat(12)}`).join('\n'),
      'item 2699',
    ],
    [
      'one piece of code',
      `\`\`\`ts\n${Array.from({ length: 5_500 }, (_, index) => `const value${index} = compute(${index}) // so`).join('\n')}\n\`\`\``,
      'value5499',
    ],
    ['one paragraph', `${'Some words of a sentence that has no end, '.repeat(4_900)}indeed`, 'indeed'],
  ])('of 200 kB holds the page up for at most a tenth of a second: %s', async (_, text, last) => {
    expect(text.length).toBeGreaterThan(195_000)
    const { url } = await startWith(streamEngine(text, { size: 800, pauseMs: 3 }))
    const longestOnce = async () => {
      const page = await openPage(url)
      return await longestTaskIn(page, async () => {
        await say(page, 'Tell me all of it')
        await page.locator('.answer[aria-busy="true"]').waitFor()
        await untilIdle(page)
        // Cheaper than to look for a text, as that is done in the page, too.
        await page.waitForFunction((end) => document.querySelector('.answer')?.textContent?.includes(end), last)
      })
    }
    // Who shares the machine makes a task longer, never shorter: what holds the page up by itself does so each time.
    let longest = await longestOnce()
    for (let again = 0; again < 2 && longest > 100; again++) longest = Math.min(longest, await longestOnce())
    expect(longest).toBeLessThanOrEqual(100)
  })
})
