// Draws the pictures of docs/webchat.md, from the built app in a browser, each in light and dark, wide and on a phone:
//   npm run x -- node apps/webchat/screens/main.ts [NAME…]
import { mkdirSync, writeFileSync } from 'node:fs'
import { type Browser, type BrowserContextOptions, chromium } from 'playwright-core'
import { findBrowser } from '../src/tests/find-browser.test-helper.ts'
import { type Scene, scenes } from './scenes.ts'
import { startDemo } from './start-demo.ts'

const target = new URL('../../../docs/screens/webchat/', import.meta.url)
const wide = { width: 1080, height: 720 }
const phone = { width: 390, height: 720 }

const names = process.argv.slice(2)
const path = findBrowser()
if (path === undefined) throw new Error('no browser was found: GEPPETTO_BROWSER names one')
mkdirSync(target, { recursive: true })
const browser = await chromium.launch({ executablePath: path, chromiumSandbox: process.getuid?.() !== 0 })
try {
  for (const scene of scenes.filter(({ name }) => names.length === 0 || names.includes(name)))
    writeFileSync(new URL(`${scene.name}.png`, target), await draw(browser, scene))
} finally {
  await browser.close()
}

/** The four pictures of a scene as one. */
async function draw(browser: Browser, scene: Scene): Promise<Buffer> {
  const shots: string[] = []
  for (const colorScheme of ['light', 'dark'] as const)
    for (const viewport of [wide, phone]) shots.push(await shoot(browser, scene, { colorScheme, viewport }))
  const sheet = await browser.newPage({ viewport: { width: 1_010, height: 990 } })
  const images = shots.map((shot) => `<img src="data:image/png;base64,${shot}" height="470">`)
  const style = 'margin:0;padding:10px;display:grid;grid-template-columns:705px 1fr;gap:10px;background:#8d8579'
  await sheet.setContent(`<body style="${style}">${images.join('')}</body>`)
  const picture = await sheet.screenshot({ fullPage: true })
  await sheet.close()
  console.log(scene.name)
  return picture
}

async function shoot(browser: Browser, scene: Scene, options: BrowserContextOptions): Promise<string> {
  const demo = await startDemo(0)
  const context = await browser.newContext({ ...options, reducedMotion: 'reduce' })
  const page = await context.newPage()
  await page.goto(demo.url)
  await page.locator('.suggestions').waitFor()
  await scene.act(page, demo)
  // For what fades in, and fonts.
  await page.waitForTimeout(250)
  const shot = await page.screenshot({ animations: 'disabled', caret: 'hide' })
  await context.close()
  await demo.close()
  return shot.toString('base64')
}
