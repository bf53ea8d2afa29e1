import { describe, expect, it } from 'vitest'
import { ChatBackend } from './backend.ts'
import { commandNames, runCommand } from './commands.ts'
import { says, scriptedEngine, scriptedSession } from './scripted-engine.test-helper.ts'
import { chatTools } from './tools/index.ts'

const backend = new ChatBackend(scriptedSession(scriptedEngine(says('Hi.'))), { signal: new AbortController().signal })
const scope = { backend, tools: chatTools('.').tools }

describe('runCommand', () => {
  it('names every command in the help', () => {
    const outcome = runCommand('/help', scope)
    for (const name of commandNames) expect(outcome).toMatchObject({ text: expect.stringContaining(name) })
  })

  it.each(['/exit', '/quit'])('%s leaves', (line) => expect(runCommand(line, scope)).toEqual({ isCommand: true }))

  it('shows the conversation', async () => {
    expect(runCommand('/history', scope)).toMatchObject({ text: 'Nothing has been said yet.\n' })
    await backend.start('Hello').finished
    expect(runCommand('/history', scope)).toMatchObject({ text: '[user] Hello\n[assistant] Hi.\n' })
  })

  it('shows the tools, and which of them ask first', () => {
    expect(runCommand('/tools', scope)).toMatchObject({
      text: expect.stringMatching(/ {2}calculator .*\n(.*\n)*.*Asks first/),
    })
    expect(runCommand('/tools', { backend, tools: [] })).toMatchObject({ text: expect.stringContaining('--no-tools') })
  })

  it.each([
    ['/hlp', 'did you mean /help?'],
    ['/tool', 'did you mean /tools?'],
    ['/model', '/help shows them'],
    ['/', '/help shows them'],
  ])('says what %s could be', (line, hint) => {
    expect(runCommand(line, scope)).toMatchObject({ isCommand: true, text: expect.stringContaining(hint) })
  })

  it.each(['/etc/hosts', '/help me', 'hello', '//'])('takes %j for a prompt', (line) => {
    expect(runCommand(line, scope)).toEqual({ isCommand: false })
  })
})
