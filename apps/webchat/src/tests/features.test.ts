import { createEngineBuilder } from '@geppetto/enginebuilder'
import { createMemoryStore, Session } from '@geppetto/session'
import { createScriptedEngine } from '@geppetto/testing'
import { defineTool } from '@geppetto/tools'
import { contentText } from '@geppetto/turns'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { answersOn, describeInBrowser, openPage, openTab, say, untilAnswer, untilIdle } from './browser.test-helper.ts'
import { gate, startWebchat } from './start-webchat.test-helper.ts'

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

let runs = 0
const send = defineTool({
  name: 'send_mail',
  description: 'Sends a mail',
  input: z.object({ to: z.string() }),
  execute: () => {
    runs++
    return 'sent'
  },
})

describeInBrowser('what can be done with a conversation', () => {
  it('is to answer again, to edit a message, and to move between the versions', async () => {
    const { url, engine } = await startWebchat([[{ text: 'First.' }], [{ text: 'Second.' }], [{ text: 'Third.' }]])
    const page = await openPage(url)
    await say(page, 'A question')
    await untilAnswer(page, 'First.')
    await page.getByRole('button', { name: 'Answer again' }).click()
    await untilAnswer(page, 'Second.')
    await page.getByText('2/2').waitFor()
    await page.getByRole('button', { name: 'Edit the message' }).click()
    await page.getByRole('textbox', { name: 'Edit the message' }).fill('Another question')
    await page.keyboard.press('Enter')
    await untilAnswer(page, 'Third.')
    await page.getByText('3/3').waitFor()
    await page.getByRole('button', { name: 'Earlier version' }).click()
    await untilAnswer(page, 'Second.')
    expect(await page.locator('.bubble').allTextContents()).toEqual(['A question'])
    await page.getByRole('button', { name: 'Later version' }).click()
    await untilAnswer(page, 'Third.')
    expect(await page.locator('.bubble').allTextContents()).toEqual(['Another question'])
    expect(engine.received).toHaveLength(3)
  })

  it('is to say what comes next while an answer is written, and to take it back', async () => {
    const { wait, open } = gate()
    const { url, engine } = await startWebchat([[{ text: 'Slowly, ' }, wait, { text: 'done.' }], [{ text: 'Next.' }]])
    const page = await openPage(url)
    await say(page, 'First')
    await untilAnswer(page, 'Slowly,')
    await say(page, 'Second')
    await say(page, 'Third')
    await page.locator('.user-message.waiting').nth(1).getByRole('button', { name: 'Do not send it' }).click()
    await page.waitForFunction(() => document.querySelectorAll('.user-message.waiting').length === 1)
    open()
    await untilAnswer(page, 'Next.')
    await untilIdle(page)
    expect(await page.locator('.bubble').allTextContents()).toEqual(['First', 'Second'])
    expect(engine.received).toHaveLength(2)
  })

  it.each([
    ['Allow', 'done', 1],
    ['Deny', 'not allowed', 0],
  ])('is to decide whether a tool runs, in whichever tab, also after a reload: %s', async (button, state, expected) => {
    runs = 0
    const { url } = await startWebchat([[{ toolCall: 'send_mail', input: { to: 'ada' } }], [{ text: 'So be it.' }]], {
      tools: [send],
      confirmed: ['send_mail'],
    })
    const page = await openPage(url)
    await say(page, 'Write to Ada')
    await page.getByRole('button', { name: 'Allow' }).waitFor()
    await page.reload()
    await page.getByRole('button', { name: 'Allow' }).waitFor()
    const other = await openTab(page.context(), page.url())
    await other.getByRole('button', { name: button }).click()
    await untilAnswer(page, 'So be it.')
    await page.getByRole('button', { name: 'Allow' }).waitFor({ state: 'detached' })
    expect(await page.locator('.tool-state').textContent()).toBe(state)
    expect(runs).toBe(expected)
  })

  it('is to send pictures, by paste and by drop, and to say why another file cannot be sent', async () => {
    const { url, engine } = await startWebchat([[{ text: 'Two pictures.' }]])
    const page = await openPage(url)
    for (const type of ['paste', 'drop'])
      await page.evaluate(
        ([type, bytes]) => {
          const files = new DataTransfer()
          const content = Uint8Array.from(atob(bytes ?? ''), (character) => character.charCodeAt(0))
          files.items.add(new File([content], `${type}.png`, { type: 'image/png' }))
          const common = { bubbles: true, cancelable: true }
          document
            .querySelector('#prompt')
            ?.dispatchEvent(
              type === 'paste'
                ? new ClipboardEvent('paste', { ...common, clipboardData: files })
                : new DragEvent('drop', { ...common, dataTransfer: files }),
            )
        },
        [type, png.toString('base64')],
      )
    await page.getByRole('img', { name: 'paste.png' }).waitFor()
    await page.getByRole('img', { name: 'drop.png' }).waitFor()
    await page
      .locator('input[type="file"]')
      .setInputFiles({ name: 'run.exe', mimeType: 'application/x-msdownload', buffer: png })
    await page.getByText('run.exe: files of this type cannot be sent.').waitFor()
    await say(page, 'What is it?')
    await untilAnswer(page, 'Two pictures.')
    const said = engine.received[0]?.blocks.find((block) => block.kind === 'user')
    expect(said?.content.map(({ type }) => type)).toEqual(['image', 'image', 'text'])
    await page.reload()
    await untilAnswer(page, 'Two pictures.')
    const drawn = page.locator('.user-message img')
    expect(await drawn.count()).toBe(2)
    expect(await drawn.first().evaluate((image) => image instanceof HTMLImageElement && image.naturalWidth)).toBe(1)
  })

  it('is to have another model answer from here on, which another tab sees, and to see what it used', async () => {
    const usage = { input: { uncached: 400 }, output: { text: 100 }, source: 'reported' } as const
    const { url } = await startWebchat([[{ text: 'The first answers.' }, { usage }]])
    const page = await openPage(url)
    await say(page, 'Who is it?')
    await untilAnswer(page, 'The first answers.')
    await page.getByRole('button', { name: /^Usage: 500 tokens, \$0.0014, 50% full/ }).click()
    await page.getByRole('dialog', { name: 'Usage of this chat' }).getByText('400 tokens').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    const other = await openTab(page.context(), page.url())
    await page.getByRole('button', { name: 'Model: script' }).click()
    await page.getByRole('menuitemradio', { name: 'other' }).click()
    await other.getByRole('button', { name: 'Model: other' }).waitFor()
    await say(other, 'And now?')
    await untilAnswer(page, 'The other one answers.')
  })

  it('is to look at what it used while it is written: Escape closes that, and stops nothing', async () => {
    const usage = { input: { uncached: 400 }, output: { text: 100 }, source: 'reported' } as const
    const { url } = await startWebchat([
      [{ text: 'One.' }, { usage }],
      [{ text: 'Two.' }, { hang: true }],
    ])
    const page = await openPage(url)
    await say(page, 'First')
    await untilAnswer(page, 'One.')
    await untilIdle(page)
    await say(page, 'Second')
    await untilAnswer(page, 'Two.')
    await page.getByRole('button', { name: /^Usage:/ }).click()
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await page.getByRole('button', { name: 'Stop the answer' }).isEnabled()).toBe(true)
    await page.keyboard.press('Escape')
    await page.locator('.run-note').getByText('You stopped this answer.').waitFor()
  })

  it('is to try again after a failure, of which it is said what to do', async () => {
    const { url } = await startWebchat([[{ fail: 'quota' }], [{ text: 'Now it works.' }]])
    const page = await openPage(url)
    await say(page, 'Hello')
    await page.getByText('Top up the account at the provider, or choose another model.').first().waitFor()
    await page.locator('.run-note').getByRole('button', { name: 'Answer again' }).click()
    await untilAnswer(page, 'Now it works.')
    expect(await answersOn(page)).toEqual(['Now it works.'])
  })
})

describeInBrowser('the list of conversations', () => {
  it('can be searched, and its conversations renamed and deleted', async () => {
    const { url, engine } = await startWebchat((turn) => [
      { text: `About ${contentText(turn.blocks.findLast((block) => block.kind === 'user')?.content ?? [])}` },
    ])
    const page = await openPage(url)
    for (const topic of ['gardens', 'puppets']) {
      await say(page, topic)
      await untilAnswer(page, `About ${topic}`)
      await untilIdle(page)
      await page.getByRole('button', { name: 'New chat' }).click()
      await page.getByText('What is on your mind?').waitFor()
    }
    const list = page.getByRole('navigation', { name: 'Chats' })
    await list.getByRole('searchbox').fill('gard')
    await list.getByRole('link', { name: 'puppets' }).waitFor({ state: 'detached' })
    await list.getByRole('link', { name: 'gardens' }).click()
    await untilAnswer(page, 'About gardens')
    await list.getByRole('searchbox').fill('')
    await list.getByRole('button', { name: 'Options of gardens' }).click()
    await page.getByRole('menuitem', { name: 'Rename' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('Roses')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Roses' }).waitFor()
    await list.getByRole('button', { name: 'Options of Roses' }).click()
    const other = await openTab(page.context(), page.url())
    await untilAnswer(other, 'About gardens')
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await other.getByText('This conversation is gone').waitFor()
    await page.getByText('What is on your mind?').waitFor()
    await list.getByRole('link', { name: 'puppets' }).waitFor()
    expect(await list.getByRole('link').allTextContents()).toEqual(['puppets'])
    expect(engine.received).toHaveLength(2)
  })

  it('keeps what was typed and not sent, for each conversation', async () => {
    const { url } = await startWebchat([[{ text: 'Hi.' }]])
    const page = await openPage(url)
    await page.locator('#prompt').fill('Half a thought')
    await page.reload()
    expect(await page.locator('#prompt').inputValue()).toBe('Half a thought')
  })

  it('shows what was said long ago when it is asked for, and what was in sight stays there', async () => {
    const store = createMemoryStore()
    const builder = createEngineBuilder({ base: createScriptedEngine((_, call) => [{ text: `Answer ${call}.` }]) })
    const session = new Session({ store, builder, id: 'ses_long-one' })
    for (let count = 1; count <= 120; count++) await session.run(`Question ${count}`)
    const { url } = await startWebchat([], { store })
    const page = await openPage(`${url}/s/ses_long-one`)
    await untilAnswer(page, 'Answer 120.')
    expect(await page.locator('.turn').count()).toBe(100)
    await page.locator('.scroller').hover()
    const earlier = page.getByRole('button', { name: 'Show earlier messages' })
    await page.locator('.scroller').evaluate((element) => {
      element.scrollTop = 0
    })
    await earlier.click()
    await page.getByText('Question 1', { exact: true }).waitFor({ state: 'attached' })
    expect(await page.locator('.turn').count()).toBe(120)
    expect(await page.getByText('Question 21', { exact: true }).isVisible()).toBe(true)
    const top = await page
      .getByText('Question 21', { exact: true })
      .evaluate((element) => element.getBoundingClientRect().top)
    expect(top).toBeGreaterThan(0)
    expect(top).toBeLessThan(800)
  })

  it('says of a conversation that is gone what to do', async () => {
    const { url } = await startWebchat([])
    const page = await openPage(`${url}/s/ses_is-gone-now`)
    await page.getByText('It was deleted, or was never here.').waitFor()
    await page.getByRole('button', { name: 'New chat' }).first().click()
    await page.getByText('What is on your mind?').waitFor()
  })
})
