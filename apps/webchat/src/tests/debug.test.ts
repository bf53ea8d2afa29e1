import { createServer } from 'node:http'
import { openaiChat } from '@geppetto/provider-openai'
import type { Script } from '@geppetto/testing'
import { defineTool } from '@geppetto/tools'
import type { Page } from 'playwright-core'
import { expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { violationsOn } from './axe.test-helper.ts'
import { describeInBrowser, openPage, openTab, say, untilIdle } from './browser.test-helper.ts'
import { startWebchat, startWith } from './start-webchat.test-helper.ts'

const weather = defineTool({
  name: 'weather',
  description: 'The weather of a place.',
  input: z.object({ place: z.string() }),
  effects: 'none',
  execute: ({ place }) => ({ place, sky: 'light rain' }),
})

/** Looks, and tells what it saw. */
const looks: Script = (turn) =>
  turn.blocks.at(-1)?.kind === 'user'
    ? [{ reasoning: 'I have to look.' }, { toolCall: 'weather', input: { place: 'Bergen' } }]
    : [{ text: ['It ', 'rains.'] }]

const openDebug = (page: Page) => page.getByRole('button', { name: 'Debug', exact: true }).click()

const stepMode = (page: Page) => page.getByRole('switch', { name: 'Step mode' })

/** Turns step mode on. */
async function step(page: Page): Promise<void> {
  await stepMode(page).click()
  await page.getByText('On until this panel is closed').waitFor()
}

/** What is marked as belonging to what was chosen, by its kind. */
const related = (page: Page, list: string) =>
  page.getByRole('region', { name: list }).locator('[data-related="true"] .debug-kind').allTextContents()

describeInBrowser('the debug panel', () => {
  it('shows the turn by phase beside its events, and what belongs together', async () => {
    const { url } = await startWebchat(looks, { tools: [weather] })
    const page = await openPage(url)
    await openPageOfRun(page)
    const phases = page.getByRole('group', { name: 'Phases' }).getByRole('button')
    await phases.nth(5).waitFor()
    expect(await phases.allTextContents()).toEqual([
      ...['before call 1', 'after call 1 +2', 'after tools 1 +1', 'before call 2', 'after call 2 +1', 'at the end'],
    ])
    await phases.nth(1).click()
    const blocks = page.getByRole('region', { name: 'Turn by phase' })
    expect(await blocks.locator('.debug-kind').allTextContents()).toEqual(['user', 'reasoning', 'tool-call'])
    await blocks.getByRole('button', { name: /^tool-call/ }).click()
    const ofCall = ['tool-call-started', 'tool-call-finished', 'tool-execution-started', 'tool-execution-finished']
    expect(await related(page, 'Events')).toEqual(ofCall)
    expect(await blocks.locator('pre').textContent()).toContain('"place": "Bergen"')
    await phases.last().click()
    await page
      .getByRole('region', { name: 'Events' })
      .getByRole('button', { name: /^text-finished/ })
      .click()
    expect(await related(page, 'Turn by phase')).toEqual(['assistant'])
  })

  it('shows the requests as they were sent', async () => {
    const { url: provider, sent } = await startProvider()
    const engine = openaiChat({ model: 'gpt-test', apiKey: 'sk-secret-key-of-the-server', baseUrl: provider })
    const { url } = await startWith(engine)
    const page = await openPage(url)
    await openPageOfRun(page)
    await page.getByRole('tab', { name: 'Requests (1)' }).click()
    const body = await page.locator('.debug-requests pre').textContent()
    expect(JSON.parse(body ?? '')).toEqual(JSON.parse(sent[0] ?? ''))
    expect(await page.locator('.debug-requests').textContent()).not.toContain('sk-secret')
    await page.getByRole('tab', { name: 'Turn and events' }).click()
    await page.getByRole('button', { name: /^provider-call-started/ }).click()
    await page.getByRole('button', { name: 'Its request' }).click()
    await page.getByText(`${provider}/chat/completions`).waitFor()
  })

  it('says where there are no requests', async () => {
    const { url } = await startWebchat([[{ text: 'Yes.' }]])
    const page = await openPage(url)
    await openPageOfRun(page)
    await page.getByRole('tab', { name: 'Requests' }).click()
    await page.getByRole('button', { name: 'Show how it would be sent now' }).click()
    await page.getByText('What answers in this session sends none.').waitFor()
  })

  it('pauses a run after inference and after tools, until it is told to go on', async () => {
    const { url, engine } = await startWebchat(looks, { tools: [weather] })
    const page = await openPage(url)
    await openPageOfRun(page)
    expect(engine.received).toHaveLength(2)
    await step(page)
    await say(page, 'And tomorrow?')
    await page.getByText('Paused after inference').waitFor()
    await page.getByRole('button', { name: /^after call 1/ }).waitFor()
    const phases = page.getByRole('group', { name: 'Phases' }).getByRole('button')
    expect(await phases.allTextContents()).toEqual(['before call 1', 'after call 1 +2'])
    await page.getByRole('button', { name: '5 blocks of earlier turns' }).click()
    expect(await page.getByRole('region', { name: 'Turn by phase' }).locator('.debug-kind').count()).toBe(8)
    await page.getByRole('button', { name: 'Continue', exact: true }).click()
    await page.getByText('Paused after tools').waitFor()
    expect(engine.received).toHaveLength(3)
    await page.getByRole('button', { name: 'Continue', exact: true }).click()
    await untilIdle(page)
    expect(engine.received).toHaveLength(4)
    await say(page, 'And after that?')
    await page.getByText('Paused after inference').waitFor()
    await page.getByRole('region', { name: 'Step mode' }).getByRole('button', { name: 'Stop', exact: true }).click()
    await page.locator('.run-note').getByText('You stopped this answer.').waitFor()
    expect(engine.received).toHaveLength(5)
  })

  it('leaves no run paused when its tab is closed, or it is', async () => {
    const { url } = await startWebchat(looks, { tools: [weather] })
    const page = await openPage(url)
    await openPageOfRun(page)
    await step(page)
    await say(page, 'And tomorrow?')
    await page.getByText('Paused after inference').waitFor()
    const other = await openTab(page.context(), page.url())
    await page.close()
    await untilIdle(other)
    expect(await other.locator('.answer').count()).toBe(2)
    await openDebug(other)
    await step(other)
    await say(other, 'And after that?')
    await other.getByText('Paused after inference').waitFor()
    await other.getByRole('button', { name: 'Close the debug panel' }).click()
    await untilIdle(other)
    await openDebug(other)
    expect(await stepMode(other).getAttribute('aria-checked')).toBe('false')
  })

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 390],
    ['dark', 390],
  ] as const)('has no fault that axe finds, and nothing out of sight, %s, %i wide', async (colorScheme, width) => {
    const { url: provider } = await startProvider()
    const { url } = await startWith(openaiChat({ model: 'gpt-test', apiKey: 'sk-test', baseUrl: provider }), {
      tools: [weather],
    })
    const page = await openPage(url, { colorScheme, viewport: { width, height: 800 }, reducedMotion: 'reduce' })
    const check = async (what: string) => {
      expect([what, ...(await violationsOn(page))]).toEqual([what])
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
    }
    await openPageOfRun(page)
    await page.getByRole('button', { name: /^text-finished/ }).click()
    await check('turn and events')
    await page.getByRole('tab', { name: 'Requests (1)' }).click()
    await page.locator('.hljs-attr').first().waitFor()
    await check('a request')
    await step(page)
    await say(page, 'Look at the weather')
    await page.getByText('Paused after inference').waitFor()
    await check('a pause')
  })
})

/** Says something, waits for the answer, and opens the panel. */
async function openPageOfRun(page: Page): Promise<void> {
  await say(page, 'How is the weather?')
  await page.locator('.answer').waitFor()
  await untilIdle(page)
  await openDebug(page)
  await page.getByRole('button', { name: /^run-finished/ }).waitFor()
}

/** A provider that says yes, and looks at the weather when it is asked to. */
async function startProvider(): Promise<{ readonly url: string; readonly sent: readonly string[] }> {
  const sent: string[] = []
  const chunk = (delta: object, finish_reason: string | null = null) =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason }] })}\n\n`
  const provider = createServer(async (request, response) => {
    let body = ''
    for await (const text of request.setEncoding('utf8')) body += text
    sent.push(body)
    const call = { index: 0, id: 'call_1', function: { name: 'weather', arguments: '{"place":"Bergen"}' } }
    const answer = body.includes('Look at')
      ? chunk({ tool_calls: [call] }) + chunk({}, 'tool_calls')
      : chunk({ content: 'Yes.' }) + chunk({}, 'stop')
    response.setHeader('content-type', 'text/event-stream').end(`${answer}data: [DONE]\n\n`)
  })
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    provider.closeAllConnections()
    provider.close()
  })
  const address = provider.address()
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/v1`, sent }
}
