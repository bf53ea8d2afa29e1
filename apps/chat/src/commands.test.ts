import { describe, expect, it } from 'vitest'
import { Answering } from './answering.ts'
import { ChatBackend } from './backend.ts'
import { type CommandScope, commandNames, runCommand } from './commands.ts'
import { says, scriptedEngine, scriptedSession } from './scripted-engine.test-helper.ts'
import { chatTools } from './tools/index.ts'

const backend = new ChatBackend(scriptedSession(scriptedEngine(says('Hi.'))), { signal: new AbortController().signal })
const answering = await Answering.start({ engine: 'eliza' }, { settings: {}, environment: {} })
const scope = { backend, answering, tools: chatTools('.').tools }

const run = (line: string, changes: Partial<CommandScope> = {}) =>
  runCommand(line, { ...scope, ...changes }, new AbortController().signal)

describe('runCommand', () => {
  it('names every command in the help', async () => {
    const outcome = await run('/help')
    for (const name of commandNames) expect(outcome).toMatchObject({ text: expect.stringContaining(name) })
  })

  it.each(['/exit', '/quit'])('%s leaves', async (line) => expect(await run(line)).toEqual({ isCommand: true }))

  it('shows the conversation', async () => {
    expect(await run('/history')).toMatchObject({ text: 'Nothing has been said yet.\n' })
    await backend.start('Hello').finished
    expect(await run('/history')).toMatchObject({ text: '[user] Hello\n[assistant] Hi.\n' })
  })

  it('shows the tools, and which of them ask first', async () => {
    expect(await run('/tools')).toMatchObject({
      text: expect.stringMatching(/ {2}calculator .*\n(.*\n)*.*Asks first/),
    })
    expect(await run('/tools', { tools: [] })).toMatchObject({ text: expect.stringContaining('--no-tools') })
  })

  it.each([
    ['/hlp', 'did you mean /help?'],
    ['/tool', 'did you mean /tools?'],
    ['/mdel', 'did you mean /model?'],
    ['/somewhere', '/help shows them'],
    ['/', '/help shows them'],
  ])('says what %s could be', async (line, hint) => {
    expect(await run(line)).toMatchObject({ isCommand: true, text: expect.stringContaining(hint) })
  })

  it.each(['/etc/hosts', '/help me', 'hello', '//'])('takes %j for a prompt', async (line) => {
    expect(await run(line)).toEqual({ isCommand: false })
  })
})
