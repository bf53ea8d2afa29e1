import { join } from 'node:path'
import type { Page } from 'playwright-core'
import type { Demo } from './start-demo.ts'

/** What a picture shows, and how one gets there. */
export interface Scene {
  readonly name: string
  readonly act: (page: Page, demo: Demo) => Promise<void>
}

async function say(page: Page, text: string): Promise<void> {
  await page.locator('#prompt').fill(text)
  await page.locator('#prompt').press('Enter')
}

async function idle(page: Page): Promise<void> {
  await page.locator('.answer[aria-busy="false"]').last().waitFor()
}

/** The list lies above the conversation on a phone. */
async function openList(page: Page): Promise<void> {
  const button = page.getByRole('button', { name: 'Show the chats' })
  if (await button.isVisible()) await button.click()
}

const picture = join(import.meta.dirname, '../src/web/public/icon.svg')

export const scenes: readonly Scene[] = [
  { name: 'new', act: async (page) => page.locator('.suggestions').waitFor() },
  {
    name: 'answer',
    act: async (page) => {
      await say(page, 'Compare ways to debounce a function')
      await idle(page)
      await page.locator('.hljs-keyword').first().waitFor()
      await page.locator('.scroller').evaluate((element) => {
        element.scrollTop = 0
      })
    },
  },
  {
    name: 'math',
    act: async (page) => {
      await say(page, 'Compare ways to debounce a function')
      await idle(page)
      await page.locator('.katex').first().waitFor()
    },
  },
  {
    name: 'tools',
    act: async (page) => {
      await say(page, 'Is it warmer in Berlin or in Oslo?')
      await idle(page)
      await page.locator('.reasoning summary').click()
      await page.locator('.tool summary').first().click()
    },
  },
  {
    name: 'approval',
    act: async (page) => {
      await say(page, 'What is in my notes?')
      await page.getByRole('button', { name: 'Allow' }).waitFor()
    },
  },
  {
    name: 'waiting',
    act: async (page) => {
      await say(page, 'Choose a colour for the puppet')
      await page.getByText('A tool waits for you.').waitFor()
      await page.locator('.tool-answer textarea').fill('Terracotta and cream')
    },
  },
  {
    name: 'writing',
    act: async (page) => {
      await say(page, 'Tell me a story')
      await page.getByText('it answered:').waitFor()
      await say(page, 'And give it a title')
      await page.getByText('Waits for the answer').waitFor()
    },
  },
  {
    name: 'stopped',
    act: async (page) => {
      await say(page, 'Tell me a story')
      await page.getByText('it answered:').waitFor()
      await page.keyboard.press('Escape')
      await page.locator('.run-note').getByText('You stopped this answer.').waitFor()
    },
  },
  {
    name: 'interrupted',
    act: async (page, demo) => {
      await say(page, 'Tell me a story')
      await page.getByText('it answered:').waitFor()
      await demo.restart()
      await page.locator('.run-note').getByText('Interrupted.').waitFor()
      await page.getByText('Connected again.').waitFor({ state: 'detached' })
    },
  },
  {
    name: 'branches',
    act: async (page) => {
      await say(page, 'Give it a title')
      await idle(page)
      await page.getByRole('button', { name: 'Answer again' }).click()
      await page.getByText('2/2').waitFor()
      await idle(page)
      await page.getByRole('button', { name: 'Edit the message' }).click()
    },
  },
  {
    name: 'files',
    act: async (page) => {
      await page.locator('input[type="file"]').setInputFiles([
        { name: 'puppet.png', mimeType: 'image/png', buffer: await pngOf(page, picture) },
        { name: 'letter.txt', mimeType: 'text/plain', buffer: Buffer.from('Dear Ada,') },
      ])
      await page.locator('#prompt').fill('What is in the picture?')
    },
  },
  {
    name: 'picture',
    act: async (page) => {
      const file = { name: 'puppet.png', mimeType: 'image/png', buffer: await pngOf(page, picture) }
      await page.locator('input[type="file"]').setInputFiles(file)
      await say(page, 'What is in the picture?')
      await idle(page)
    },
  },
  {
    name: 'models',
    act: async (page) => {
      await say(page, 'Give it a title')
      await idle(page)
      await page.getByRole('button', { name: /^Model:/ }).click()
    },
  },
  {
    name: 'usage',
    act: async (page) => {
      await say(page, 'Give it a title')
      await idle(page)
      await page.getByRole('button', { name: /^Usage:/ }).click()
    },
  },
  {
    name: 'failed',
    act: async (page) => {
      await say(page, 'Is there credit left?')
      await page.getByText('There is no credit left').first().waitFor()
    },
  },
  {
    name: 'offline',
    act: async (page) => {
      await say(page, 'Give it a title')
      await idle(page)
      await page.context().setOffline(true)
      await page.getByText('You are offline').waitFor()
      await say(page, 'Are you still there?')
    },
  },
  {
    name: 'list',
    act: async (page) => {
      await openList(page)
      await page.getByRole('button', { name: 'Options of A packing list for Lisbon' }).focus()
      await page.keyboard.press('Enter')
    },
  },
  {
    name: 'search',
    act: async (page) => {
      await openList(page)
      await page.getByRole('searchbox', { name: 'Search the chats' }).fill('cat')
      await page.getByRole('link', { name: 'A packing list for Lisbon' }).waitFor({ state: 'detached' })
    },
  },
  {
    name: 'delete',
    act: async (page) => {
      await openList(page)
      await page
        .getByRole('button', { name: /^Options of/ })
        .first()
        .focus()
      await page.keyboard.press('Enter')
      await page.getByRole('menuitem', { name: 'Delete' }).click()
    },
  },
  {
    name: 'gone',
    act: async (page) => {
      await page.goto(new URL('/s/ses_unknown-one', page.url()).href)
      await page.getByText('This conversation is gone').waitFor()
    },
  },
  {
    name: 'debug',
    act: async (page) => {
      await say(page, 'Is it warmer in Berlin or in Oslo?')
      await idle(page)
      await page.getByRole('button', { name: 'Debug' }).click()
      await page.getByText('at the end').first().waitFor()
    },
  },
  {
    name: 'requests',
    act: async (page) => {
      await page.getByRole('button', { name: /^Model:/ }).click()
      await page.getByRole('menuitemradio', { name: /^demo/ }).click()
      await say(page, 'How do I debounce a function?')
      await idle(page)
      await page.getByRole('button', { name: 'Debug' }).click()
      await page.getByRole('tab', { name: 'Requests' }).click()
    },
  },
  {
    name: 'step',
    act: async (page) => {
      await say(page, 'Give it a title')
      await idle(page)
      await page.getByRole('button', { name: 'Debug' }).click()
      await page.getByRole('switch', { name: 'Step mode' }).click()
      await say(page, 'Is it warmer in Berlin or in Oslo?')
      await page.getByRole('button', { name: 'Continue' }).waitFor()
    },
  },
  {
    name: 'appearance',
    act: async (page) => {
      await openList(page)
      await page.getByRole('button', { name: 'Appearance' }).click()
      await page.getByRole('menuitemradio', { name: 'As the system' }).waitFor()
    },
  },
  {
    name: 'shortcuts',
    act: async (page) => {
      await page.keyboard.press('Control+/')
      await page.getByRole('dialog').waitFor()
    },
  },
]

/** A picture as a file. */
async function pngOf(page: Page, path: string): Promise<Buffer> {
  const { readFileSync } = await import('node:fs')
  const other = await page.context().newPage()
  await other.setViewportSize({ width: 320, height: 320 })
  await other.setContent(`<body style="margin:0">${readFileSync(path, 'utf8').replace('<svg', '<svg width="320"')}`)
  const png = await other.screenshot()
  await other.close()
  return png
}
