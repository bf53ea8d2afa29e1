import { valuesLayer } from '@geppetto/settings'
import { printTurn } from '@geppetto/turns'
import { accessOf } from 'engine-choice'
import { describe, expect, it } from 'vitest'
import { Answering } from './answering.ts'
import { ChatBackend } from './backend.ts'
import type { CommandScope } from './command.ts'
import { commandNames, completionsOf, readLine } from './commands.ts'
import { says, scriptedBuilder, scriptedEngine } from './scripted-engine.test-helper.ts'
import { chatTools } from './tools/index.ts'

const { signal } = new AbortController()
const talker = (...answers: string[]) =>
  new ChatBackend(scriptedBuilder(scriptedEngine(...answers.map(says))), { signal })
const backend = talker('Hi.')
const answering = await Answering.start(accessOf([valuesLayer({ chat: { api_type: 'eliza' } })]))
const nobody = async () => undefined
const keys = [{ key: 'Tab', help: 'complete a command' }]
const scope: CommandScope = { backend, answering, answerWith: () => {}, tools: chatTools('.').tools, ask: nobody, keys }

async function run(line: string, changes: Partial<CommandScope> = {}) {
  const meaning = readLine(line)
  if (meaning.kind === 'prompt') throw new Error(`${line} is a prompt`)
  return meaning.run({ ...scope, ...changes }, signal)
}

/** What `/history` shows. */
async function history(changes: Partial<CommandScope> = {}): Promise<string> {
  const result = await run('/history', changes)
  if (result.kind === 'history') return printTurn(result.turn)
  return result.kind === 'shown' ? result.text : result.kind
}

describe('runCommand', () => {
  it('names every command in the help', async () => {
    const outcome = await run('/help')
    for (const name of commandNames) expect(outcome).toMatchObject({ text: expect.stringContaining(name) })
  })

  it('says in the help what the keys of this screen do', async () => {
    expect(await run('/help')).toMatchObject({ text: expect.stringMatching(/\n\n {2}Tab +complete a command\n$/) })
  })

  it.each(['/exit', '/quit'])('%s leaves', async (line) => expect(await run(line)).toEqual({ kind: 'leave' }))

  it('shows the conversation', async () => {
    expect(await history()).toBe('Nothing has been said yet.\n')
    await backend.start('Hello').finished
    expect(await history()).toBe('[user] Hello\n[assistant] Hi.\n')
  })

  it('shows the tools, and which of them ask first', async () => {
    expect(await run('/tools')).toMatchObject({
      text: expect.stringMatching(/ {2}calculator .*\n(.*\n)*.*Asks first/),
    })
    expect(await run('/tools', { tools: [] })).toMatchObject({ text: expect.stringContaining('--no-tools') })
  })

  it('asks again, drops, and begins anew', async () => {
    const chat = talker('One.', 'Two.', 'Three.')
    const changes = { backend: chat }
    for (const line of ['/retry', '/undo'])
      expect(await run(line, changes)).toEqual({ kind: 'shown', text: 'Nothing has been said yet.\n' })
    await chat.start('Hello,\nyou').finished
    const again = await run('/retry', changes)
    expect(again).toMatchObject({ kind: 'started', text: 'Again: Hello, you\n' })
    await (again.kind === 'started' && again.answer.finished)
    expect(await history(changes)).toMatch(/you\n\[assistant\] Two\.\n$/)
    expect(await run('/undo', changes)).toMatchObject({ text: 'Dropped: Hello, you\n' })
    await chat.start('Bye').finished
    expect(await run('/new', changes)).toMatchObject({ text: 'A new conversation.\n' })
    expect(await history(changes)).toBe('Nothing has been said yet.\n')
  })

  it.each([
    ['/hlp', 'did you mean /help?'],
    ['/tool', 'did you mean /tools?'],
    ['/mdel', 'did you mean /model?'],
    ['/somewhere', '/help shows them'],
    ['/', '/help shows them'],
  ])('says what %s could be', async (line, hint) => {
    expect(await run(line)).toMatchObject({ kind: 'shown', text: expect.stringContaining(hint) })
  })

  it.each(['/retry foo', '/undo 2', '/help me'])('says of %j how it is used, and sends nothing', async (line) => {
    const meaning = readLine(line)
    if (meaning.kind === 'prompt') throw new Error(`${line} is a prompt`)
    // It looks at nothing of what it is given.
    const result = await Reflect.apply(meaning.run, undefined, [{}, new AbortController().signal])
    expect(result).toEqual({ kind: 'shown', text: `${line.split(' ')[0]} stands alone, with nothing behind it.\n` })
  })

  it.each(['/etc/hosts', '/tmp is full', 'hello', '//'])('takes %j for a prompt', (line) => {
    expect(readLine(line)).toEqual({ kind: 'prompt' })
  })
})

describe('completionsOf', () => {
  it.each([
    ['/ex', ['/export', '/exit']],
    ['/engine o', ['/engine openai-responses', '/engine openai-chat', '/engine ollama']],
    ['/help me', []],
    ['hello', []],
    ['', []],
  ])('of %j', (line, lines) => {
    expect(completionsOf(line).map((completion) => completion.line)).toEqual(lines)
  })

  it('says what is of no use without a name behind it', () => {
    expect(completionsOf('/export')).toMatchObject([{ needsMore: true }])
    expect(completionsOf('/engine')).toMatchObject([{ needsMore: false }])
  })
})
