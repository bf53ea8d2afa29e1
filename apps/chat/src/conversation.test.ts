import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ChatScreen, closeChats, hasPty, openChat } from './chat-screen.test-helper.ts'

const ctrlC = '\x03'
const ctrlD = '\x04'
const up = '\x1b[A'
const enter = '\r'

const folder = mkdtempSync(join(tmpdir(), 'chat-'))
beforeAll(() => {
  writeFileSync(join(folder, 'notes.txt'), 'buy milk')
  writeFileSync(join(folder, 'long.txt'), 'and so on '.repeat(500))
})
afterAll(() => {
  closeChats()
  rmSync(folder, { recursive: true })
})

/** A chat that shows its first prompt. */
async function startChat(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<ChatScreen> {
  const chat = openChat(args, { folder, env })
  await chat.waitFor('> ')
  return chat
}

/** A chat that is in the middle of an answer which takes much longer than a test waits. */
async function startLongAnswer(typedAhead = ''): Promise<ChatScreen> {
  const chat = await startChat(['--yes'])
  chat.type(`Read the file long.txt${enter}${typedAhead}`)
  await chat.waitFor('says: and so on ')
  return chat
}

/** Leaves from the prompt. */
async function leave(chat: ChatScreen): Promise<void> {
  chat.type(ctrlC)
  expect(await chat.exit).toBe(0)
}

const where = hasPty
  ? 'chat in a terminal'
  : 'chat in a terminal (left out: this platform has no prebuilt pseudo-terminal)'

describe.skipIf(!hasPty).concurrent(where, () => {
  it('says who answers, why, and with which tools', async () => {
    const chat = await startChat()
    expect(chat.text.replaceAll(/\s+/g, ' ')).toContain(
      'Taken because no key is set (OPENAI_API_KEY, ANTHROPIC_API_KEY), and no Ollama answers at 127.0.0.1:1.',
    )
    expect(chat.text).toMatch(/no language model/i)
    expect(chat.text).toMatch(/no network/i)
    expect(chat.text).toContain('read_file (asks first)')
    await leave(chat)
  })

  it('answers twice, and remembers', async () => {
    const chat = await startChat()
    chat.type(`I am sad${enter}`)
    await chat.waitFor('I am sad\n')
    await chat.waitFor(/\w[^\n]*\n\n> /)
    chat.type(`My mother is ill${enter}`)
    await chat.waitFor('My mother is ill\n')
    await chat.waitFor(/\w[^\n]*\n\n> /)
    chat.type(`/history${enter}`)
    await chat.waitFor(/\[user\] I am sad\n\[assistant\] .+\n\[user\] My mother is ill\n\[assistant\] .+\n/)
    await leave(chat)
  })

  it('keeps and marks what was said before Ctrl-C, and takes the next prompt', async () => {
    const chat = await startLongAnswer()
    chat.type(ctrlC)
    await chat.waitFor(/^[a-z ]*\[cancelled\]\n\n> /)
    chat.type(`I am sad${enter}`)
    await chat.waitFor(/I am sad\n\w.+\n\n> /)
    chat.type(`/history${enter}`)
    await chat.waitFor(/\[assistant\] [^[]+ \[cut off\]\n\[user\] I am sad\n\[assistant\] \w/)
    await leave(chat)
  })

  it.each([
    ['Ctrl-C', ctrlC],
    ['Ctrl-D', ctrlD],
    ['/exit', `/exit${enter}`],
    ['/quit', `/quit${enter}`],
  ])('leaves with 0 on %s', async (_name, keys) => {
    const chat = await startChat()
    chat.type(keys)
    expect(await chat.exit).toBe(0)
    expect(chat.text).toMatch(/\n$/)
  })

  it('drops the line that has begun on Ctrl-C, and leaves on the next', async () => {
    const chat = await startChat()
    chat.type(`hel\x1b[D\x1b[D${ctrlC}`)
    await chat.waitFor('hel^C\n> ')
    chat.type(`I am sad${enter}`)
    await chat.waitFor(/I am sad\n\w.+\n\n> /)
    chat.type(`/history${enter}`)
    await chat.waitFor('[user] I am sad\n')
    await leave(chat)
  })

  it('shows a call with its arguments and its result', async () => {
    const chat = await startChat()
    chat.type(`What is 17 * 23?${enter}`)
    await chat.waitFor('→ calculator {"expression":"17 * 23"}\n')
    await chat.waitFor('← calculator 17 * 23 = 391\n')
    await chat.waitFor('> ')
    await leave(chat)
  })

  it('reads a file after a yes', async () => {
    const chat = await startChat()
    chat.type(`Read the file notes.txt${enter}`)
    await chat.waitFor('Allow read_file {"path":"notes.txt"}? [y/N] ')
    chat.type(`y${enter}`)
    await chat.waitFor('← read_file buy milk\n')
    await chat.waitFor('\n> ')
    chat.type(up)
    await chat.waitFor('Read the file notes.txt')
    chat.type(ctrlC)
    await chat.waitFor('^C\n> ')
    await leave(chat)
  })

  it.each([
    ['a no', `n${enter}`],
    ['nothing', enter],
  ])('reads no file after %s', async (_name, keys) => {
    const chat = await startChat()
    chat.type(`Read the file notes.txt${enter}`)
    await chat.waitFor('[y/N] ')
    chat.type(keys)
    await chat.waitFor('\n> ')
    expect(chat.text).not.toContain('buy milk')
    await leave(chat)
  })

  it('says at once that a file cannot be read, without a question', async () => {
    const chat = await startChat()
    chat.type(`Read the file ../notes.txt${enter}`)
    await chat.waitFor('← read_file (error) The tool failed: "../notes.txt" is outside the current folder')
    await chat.waitFor('\n> ')
    expect(chat.text).not.toContain('[y/N]')
    await leave(chat)
  })

  it('writes nothing over a question: what comes meanwhile is shown behind it', async () => {
    const chat = await startChat()
    chat.type(`What is 17 * 23? Read the file notes.txt${enter}`)
    await chat.waitFor('[y/N] ')
    // Time enough for the calculator, which was allowed before the question and is done before it or during it.
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    chat.type(`n${enter}`)
    await chat.waitFor(/^n\n← /)
    expect(chat.text).toContain('\n← calculator 17 * 23 = 391\n')
    await chat.waitFor('\n> ')
    await leave(chat)
  })

  it('cancels the answer on Ctrl-C at a question', async () => {
    const chat = await startChat()
    chat.type(`Read the file notes.txt${enter}`)
    await chat.waitFor('[y/N] ')
    chat.type(`y${ctrlC}`)
    await chat.waitFor('[cancelled]\n\n> ')
    expect(chat.text).not.toContain('buy milk')
    await leave(chat)
  })

  it('does not take what was typed ahead for an answer to a question', async () => {
    const chat = await startChat()
    chat.type(`Read the file notes.txt${enter}y${enter}ye`)
    await chat.waitFor('[y/N] ')
    chat.type(`n${enter}`)
    await chat.waitFor('> y\n')
    expect(chat.text).not.toContain('buy milk')
    await chat.waitFor('> ye')
    chat.type(ctrlC)
    await chat.waitFor('^C\n> ')
    await leave(chat)
  })

  it('keeps what is typed ahead for the next prompt, and does not show it before', async () => {
    const chat = await startChat()
    chat.type(`I am sad${enter}My mother`)
    const answer = await chat.waitFor(/I am sad\n[^>]*\n> My mother/)
    expect(answer).toMatch(/^I am sad\n[^\n]+\n\n> My mother$/)
    chat.type(` is ill${enter}`)
    await chat.waitFor(/is ill\n.+\n\n> /)
    chat.type(`/history${enter}`)
    await chat.waitFor('[user] My mother is ill\n')
    await leave(chat)
  })

  it('leaves after the answer when Ctrl-D was typed ahead', async () => {
    const chat = await startChat()
    chat.type(`I am sad${enter}${ctrlD}`)
    expect(await chat.exit).toBe(0)
    expect(chat.text).toMatch(/I am sad\n.+[.?]\n/)
  })

  it('answers lines that were pasted together one after the other', async () => {
    const chat = await startChat()
    chat.type(`I am sad${enter}My mother is ill${enter}`)
    await chat.waitFor(/I am sad\n.+\n\n> My mother is ill\n.+\n\n> /)
    await leave(chat)
  })

  it('offers lines that were typed ahead for editing after a cancel, one after the other, and does not send them', async () => {
    const chat = await startLongAnswer(`My mother${enter}${enter}I am sa`)
    chat.type(ctrlC)
    await chat.waitFor(/\[cancelled\]\n\n(> )+My mother$/)
    chat.type(` is ill${enter}`)
    await chat.waitFor(/ is ill\n.+\n\n(> )+I am sa$/)
    chat.type(`d${enter}/history${enter}`)
    await chat.waitFor(/\[user\] My mother is ill\n\[assistant\] .+\n\[user\] I am sad\n/)
    await leave(chat)
  })

  it('drops what it offers on Ctrl-C, line by line', async () => {
    const chat = await startLongAnswer(`My mother${enter}I am sa`)
    chat.type(ctrlC)
    await chat.waitFor(/\[cancelled\]\n\n(> )+My mother$/)
    chat.type(ctrlC)
    await chat.waitFor(/\^C\n(> )+I am sa$/)
    chat.type(ctrlC)
    await chat.waitFor('^C\n> ')
    await leave(chat)
  })

  it.runIf(process.platform !== 'win32')('says what it waits for when only its input is a terminal', async () => {
    const chat = openChat([], { isPiped: true })
    await chat.waitFor('chat: type the prompt and end it with Ctrl-D')
    chat.type(`I am sad${enter}${ctrlD}`)
    await chat.waitFor(/I am sad\n\w.+\n/)
    expect(await chat.exit).toBe(0)
  })

  it('stays readable when what is typed ahead is wider than the terminal, also after a resize', async () => {
    const chat = await startChat()
    const long = 'word '.repeat(40).trimEnd()
    chat.type(`I am sad${enter}${long}`)
    chat.resize(40, 30)
    await chat.waitFor(/\n\n(> )+word/)
    chat.type(enter)
    await chat.waitFor(/\n.+\n\n> /)
    chat.type(`/history${enter}`)
    await chat.waitFor(/\[user\]( word)+\n( {4}word( word)*\n)+\[/)
    expect(chat.text.slice(chat.text.lastIndexOf('[user]')).match(/word/g)).toHaveLength(40)
    await leave(chat)
  })

  it('breaks lines between words, as wide as the terminal is then', async () => {
    const chat = await startChat()
    chat.resize(40, 30)
    chat.type(`/tools${enter}`)
    await chat.waitFor('Asks first.\n')
    const before = chat.text.length
    chat.type(`What is the weather in Paris?${enter}`)
    await chat.waitFor(/→ weather [^>]*\n\n> /)
    const lines = chat.text.slice(before).split('\n')
    expect(lines.filter((line) => line.length > 39)).toEqual([])
    expect(lines.slice(-9)).toContain('  wind 14 km/h (fixed sample data, not')
    await leave(chat)
  })

  it('shows commands, and what a mistyped one could be', async () => {
    const chat = await startChat()
    chat.type(`/help${enter}`)
    await chat.waitFor('/history')
    await chat.waitFor('> ')
    chat.type(`/hstory${enter}`)
    await chat.waitFor('did you mean /history?\n')
    chat.type(`/tools${enter}`)
    await chat.waitFor('  weather ')
    await leave(chat)
  })

  it('does nothing with an empty line', async () => {
    const chat = await startChat()
    chat.type(`${enter}  ${enter}/history${enter}`)
    await chat.waitFor('Nothing has been said yet.\n')
    await leave(chat)
  })

  it('says that the time for an answer is up, and goes on', async () => {
    const chat = await startChat(['--timeout', '0.5', '--yes'])
    chat.type(`Read the file long.txt${enter}`)
    await chat.waitFor(/\[the\stime\sfor\sthis\sanswer\sis\sup:\ssee\s--timeout\]\n\n> /)
    await leave(chat)
  })

  it('prints events in a conversation too', async () => {
    const chat = await startChat(['--output', 'json'])
    chat.type(`I am sad${enter}`)
    await chat.waitFor(/\{"type":"run-finished",.*\}\n\n> /)
    chat.type(`What is the weather in Paris?${enter}`)
    await chat.waitFor(/\n\{"type":"tool-execution-finished".{80,}\}\n/)
    await chat.waitFor(/\{"type":"run-finished",.*\}\n\n> /)
    await leave(chat)
  })

  it('ends with 143 on SIGTERM, and keeps what was said', async () => {
    const chat = await startLongAnswer()
    chat.kill('SIGTERM')
    expect(await chat.exit).toBe(143)
    expect(chat.text).toMatch(/(and|so|on) \[ended\]\n\n$/)
  })

  it('ends with 143 on SIGTERM at the prompt', async () => {
    const chat = await startChat()
    chat.kill('SIGTERM')
    expect(await chat.exit).toBe(143)
  })

  it('uses colours, and none with NO_COLOR', async () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is how colours begin
    const colour = /\x1b\[[\d;]*m/
    const coloured = await startChat(['--plain'], { NO_COLOR: '' })
    const plain = await startChat([], { NO_COLOR: '1' })
    expect(coloured.raw).toMatch(colour)
    expect(plain.raw).not.toMatch(colour)
    await Promise.all([leave(coloured), leave(plain)])
  })

  it('uses no colours and no movements on a dumb terminal', async () => {
    const chat = openChat([], { folder, env: { TERM: 'dumb', NO_COLOR: '' } })
    await chat.waitFor('> ')
    chat.type(`I am sad${enter}`)
    await chat.waitFor(/\w[^\n]*\n\n> /)
    expect(chat.raw).not.toContain('\x1b')
    await leave(chat)
  })

  it('asks in a terminal also when it answers one prompt only', async () => {
    const chat = openChat(['Read the file notes.txt'], { folder })
    await chat.waitFor('[y/N] ')
    chat.type(`yes${enter}`)
    await chat.waitFor('buy milk')
    expect(await chat.exit).toBe(0)
  })

  it('breaks lines between words also when it answers one prompt only, and not what is for programs', async () => {
    const [text, json] = [[], ['--output', 'json']].map((args) =>
      openChat(['--yes', ...args, 'Read the file long.txt'], { folder }),
    )
    expect(await Promise.all([text?.exit, json?.exit])).toEqual([0, 0])
    expect(text?.text).toMatch(/\nand so( on and so)+ on\n/)
    expect(text?.text.split('\n').filter((line) => line.length > 99)).toEqual([])
    expect(json?.text).toMatch(/^\{.{1000,}\}$/m)
  })

  it('ends with 1 when the time for its one answer is up, saying what gives more', async () => {
    // On a slow machine the time is up before the question is asked: the end is the same.
    const chat = openChat(['--timeout', '0.3', 'Read the file notes.txt'], { folder })
    await chat.waitFor('chat: the time for the answer was up: --timeout gives more\n')
    expect(await chat.exit).toBe(1)
  })

  it('ends with 130 on Ctrl-C when it answers one prompt only', async () => {
    const chat = openChat(['Read the file notes.txt'], { folder })
    await chat.waitFor('[y/N] ')
    chat.type(ctrlC)
    expect(await chat.exit).toBe(130)
    expect(chat.text).not.toContain('buy milk')
  })
})
