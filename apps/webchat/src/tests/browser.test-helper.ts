import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest'
import { findBrowser } from './find-browser.test-helper.ts'

const path = findBrowser()
/** Vitest's reporters show nothing that a file of skipped tests prints: the closing lines have this. */
const noBrowser =
  'what pages do was not tested, as no browser was found: install chromium, or name one in GEPPETTO_BROWSER'

let browser: Browser | undefined
const contexts: BrowserContext[] = []
const faults: string[] = []

/** Tests of pages in a real browser; skipped where there is none, with a word about it. Each fails, too, where its pages threw, or broke the policy of what they may load. */
export function describeInBrowser(name: string, tests: () => void): void {
  describe(name, () => {
    beforeEach(({ skip }) => skip(path === undefined, noBrowser))
    beforeAll(async () => {
      if (path === undefined) return
      const isRoot = process.getuid?.() === 0
      browser = await chromium.launch({ executablePath: path, chromiumSandbox: !isRoot })
    })
    afterEach(async () => {
      for (const context of contexts.splice(0)) await context.close()
      const found = faults.splice(0)
      if (found.length > 0) throw new Error(`the page said:\n${found.join('\n')}`)
    })
    afterAll(async () => browser?.close())
    tests()
  })
}

/** Opens a page with storage of its own. */
export async function openPage(url: string, { faults, ...options }: PageChoice = {}): Promise<Page> {
  if (browser === undefined) throw new Error('pages are opened in tests of describeInBrowser')
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
  contexts.push(context)
  return openTab(context, url, faults)
}

/** How a page is opened. */
export interface PageChoice extends BrowserContextOptions {
  /** What its console may say besides. */
  readonly faults?: RegExp
}

/** Opens another page beside one. */
export async function openTab(context: BrowserContext, url: string, expected?: RegExp): Promise<Page> {
  const page = await context.newPage()
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => {
    const text = message.text()
    // What was refused on purpose, or while there was no server, the browser tells too.
    const isExpected = /Failed to load resource|ERR_/.test(text) || expected?.test(text) === true
    if (message.type() === 'error' && !isExpected) faults.push(text)
  })
  await page.goto(url)
  return page
}

/** Says something. */
export async function say(page: Page, text: string): Promise<void> {
  await page.locator('#prompt').fill(text)
  await page.locator('#prompt').press('Enter')
}

/** The answers on the page, as they can be read. */
export function answersOn(page: Page): Promise<readonly string[]> {
  return page
    .locator('.answer')
    .evaluateAll((elements) =>
      elements.map((element) =>
        [...element.querySelectorAll(':scope > .markdown')].map(({ textContent }) => textContent ?? '').join(''),
      ),
    )
}

/** Waits until an answer has that text. */
export async function untilAnswer(page: Page, text: string): Promise<void> {
  await page.locator('.answer', { hasText: text }).waitFor()
}

/** Waits until nothing is written any more. */
export async function untilIdle(page: Page): Promise<void> {
  await page.locator('.answer').last().waitFor()
  await page.locator('.answer[aria-busy="true"]').waitFor({ state: 'detached' })
}
