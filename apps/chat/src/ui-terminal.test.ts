import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startReplayServer } from '@geppetto/testing/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasPty } from './chat-screen.test-helper.ts'
import { type ChatTerminal, closeTerminals, openTerminal } from './chat-terminal.test-helper.ts'

const ctrlC = '\x03'
const ctrlO = '\x0f'
const ctrlZ = '\x1a'
const esc = '\x1b'
const enter = '\r'
const altEnter = '\x1b\r'
const up = '\x1b[A'
const down = '\x1b[B'
const paste = (text: string) => `\x1b[200~${text}\x1b[201~`

/** An empty input, while no answer is written. */
const ready = '❯  Say something, or / for commands'

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is how colours begin
const colour = /\x1b\[[\d;]+m/

const folder = mkdtempSync(join(tmpdir(), 'chat-ui-'))
beforeAll(() => {
  writeFileSync(join(folder, 'notes.txt'), 'buy milk')
  writeFileSync(join(folder, 'steering.txt'), 'red \x1b[31m and a title \x1b]0;owned\x07 and \x9b2J gone')
  writeFileSync(join(folder, 'long.txt'), 'and so on '.repeat(500))
  writeFileSync(join(folder, 'lines.txt'), Array.from({ length: 30 }, (_, index) => `line ${index + 1}`).join('\n'))
})
afterAll(() => {
  closeTerminals()
  rmSync(folder, { recursive: true })
})

async function start(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<ChatTerminal> {
  const chat = await openTerminal(args, { folder, env })
  await chat.see(ready)
  return chat
}

/** Says it, and waits for the end of the answer. */
async function say(chat: ChatTerminal, text: string): Promise<void> {
  const before = ends(chat)
  chat.type(text + enter)
  await chat.see((screen) => screen.split(answerEnd).length - 1 > before)
  await chat.see(ready)
}

/** The line below an answer: how long it took, or how it was stopped. */
const answerEnd = /^ {2}(?:\[[^\]]+\] · )?[\d.]+ m?s · .+ out$/m
const ends = (chat: ChatTerminal) => chat.text.split(answerEnd).length - 1

async function leave(chat: ChatTerminal): Promise<void> {
  chat.type(ctrlC)
  await chat.see('Ctrl-C again leaves')
  chat.type(ctrlC)
  expect(await chat.exit).toBe(0)
}

const where = hasPty
  ? 'the screen of the chat'
  : 'the screen of the chat (left out: this platform has no prebuilt pseudo-terminal)'

describe.skipIf(!hasPty).concurrent(where, () => {
  it('answers twice, and shows each prompt above its answer', async () => {
    const chat = await start()
    expect(chat.text).toContain('Taken because no key is set')
    expect(chat.text).toContain('read_file (asks first)')
    await say(chat, 'I am sad')
    await say(chat, 'My mother is ill')
    expect(chat.text).toMatch(/❯ I am sad\n\n {2}\S.*\n[\s\S]*❯ My mother is ill\n\n {2}\S/)
    await chat.see('session i-am-sad')
    await leave(chat)
  })

  it.each([
    ['Escape', esc],
    ['Ctrl-C', ctrlC],
  ])('stops in the middle on %s, keeps what was said, and takes the next prompt', async (_name, key) => {
    const chat = await start(['--yes'])
    chat.type(`Read the file long.txt${enter}`)
    await chat.see(/says:(\s+and\s+so\s+on){2}/)
    chat.type(key)
    await chat.see('[cancelled]')
    await say(chat, 'I am sad')
    expect(chat.text).toMatch(/and so on[\s\S]*\[cancelled\][\s\S]*❯ I am sad\n\n {2}\S/)
    await leave(chat)
  })

  it('asks before it reads a file, and takes a y for a yes', async () => {
    const chat = await start()
    chat.type(`Read the file notes.txt${enter}`)
    await chat.see('? Allow read_file {"path":"notes.txt"}?')
    chat.type('y')
    await chat.see('▸ Yes')
    chat.type(enter)
    await chat.see('✓ read_file')
    await chat.see('→ buy milk')
    await chat.see(ready)
    await leave(chat)
  })

  it.each([
    ['Enter alone', enter],
    ['Escape', esc],
    ['a text that has a y in it', `yes please do${enter}`],
  ])('reads no file after %s', async (_name, keys) => {
    const chat = await start()
    chat.type(`Read the file notes.txt${enter}`)
    await chat.see('? Allow read_file')
    chat.type(keys)
    await chat.see('⊘ read_file · not allowed')
    await chat.see(ready)
    expect(chat.text).not.toContain('buy milk')
    await leave(chat)
  })

  it('holds several lines that are pasted until Enter, and sends them as one prompt', async () => {
    const chat = await start()
    chat.type(paste('I am\nvery\nsad'))
    await chat.see('❯ I am\n  very\n  sad')
    chat.type(enter)
    await chat.see(/❯ I am\n {2}very\n {2}sad\n\n {2}\S/)
    await chat.see(answerEnd)
    await chat.see(ready)
    await leave(chat)
  })

  it('begins a new line with Alt-Enter and behind a backslash, and calls prompts back', async () => {
    const chat = await start()
    chat.type(`one${altEnter}two\\`)
    await chat.see('two\\')
    chat.type(enter)
    await chat.miss('two\\')
    chat.type('three')
    await chat.see('❯ one\n  two\n  three')
    chat.type(ctrlC)
    await chat.see(ready)
    chat.type(up)
    await chat.see('❯ one\n  two\n  three')
    chat.type(ctrlC)
    await chat.see(ready)
    await leave(chat)
  })

  it('takes what was typed before it could listen', async () => {
    const chat = await openTerminal([], { folder })
    chat.type(`I am sad${enter}`)
    await chat.see(/❯ I am sad\n\n {2}\S/)
    await chat.see(answerEnd)
    await chat.see(ready)
    await leave(chat)
  })

  it('sends what was said meanwhile when the answer has ended, and offers it again when that was stopped', async () => {
    const chat = await start(['--yes'])
    chat.type(`Read the file long.txt${enter}`)
    await chat.see('says: and so on')
    chat.type(`I am sad${enter}`)
    await chat.see('next: I am sad')
    chat.type(esc)
    await chat.see('[cancelled]')
    await chat.see(/❯ I am sad *\n {2}eliza/)
    chat.type(ctrlC)
    await chat.see(ready)
    await leave(chat)
  })

  it('keeps what was seen of an answer whose process is killed, and shows nothing twice', async () => {
    const session = ['--yes', '--store', join(folder, 'watched.sqlite'), '--session', 'trip']
    const first = await start(session)
    await say(first, 'I am sad')
    first.type(`Read the file long.txt${enter}`)
    await first.see('says: and so on')
    const second = await openTerminal(session, { folder })
    await second.see('says: and so on')
    first.end()
    await second.see('The answer was interrupted')
    await second.see(ready)
    expect(second.text).toMatch(/says:(\s+and\s+so\s+on)+[^[]*\[cut off\]/)
    for (const prompt of ['I am sad', 'Read the file long.txt'])
      expect(second.text.split(`❯ ${prompt}\n`)).toHaveLength(2)
    await leave(second)
  })

  it('draws itself anew in another size, and goes on', async () => {
    const chat = await start(['--yes'])
    chat.type(`Read the file long.txt${enter}`)
    await chat.see(/says:(\s+and\s+so\s+on){2}/)
    chat.resize(60, 20)
    await chat.see(/(\s+and\s+so\s+on){20}/)
    chat.type(esc)
    await chat.see('[cancelled]')
    await chat.see(ready)
    chat.resize(100, 40)
    await say(chat, 'I am sad')
    expect(chat.text.split('Say something').length - 1).toBe(1)
    expect(chat.text.split('Esc stops ·')).toHaveLength(1)
    await leave(chat)
  })

  it('completes commands, and lists what there is to choose', async () => {
    const chat = await start()
    chat.type('/e')
    await chat.see(/▸ \/edit[\s\S]*\/export[\s\S]*\/engine[\s\S]*\/exit/)
    chat.type(`${down}${down}\t`)
    await chat.see(/❯ \/engine/)
    chat.type(enter)
    await chat.see(/▸ eliza .*● now[\s\S]*openai-chat/)
    chat.type('nthrop')
    await chat.see('search: nthrop')
    chat.type(enter)
    await chat.see('Still answering: eliza')
    await leave(chat)
  })

  it('says what it cost and how full the window is, and what commands do, in a narrow terminal too', async () => {
    const recording = new URL(
      '../../../packages/testing/recordings/openai-chat/text-stream-usage.json',
      import.meta.url,
    )
    const { response } = JSON.parse(readFileSync(recording, 'utf8'))
    await using server = await startReplayServer(() => ({ response }))
    const config = join(folder, 'priced.yaml')
    writeFileSync(
      config,
      `chat: { api_type: openai-chat, engine: gpt-4o-2024-08-06 }\napi: { base_url: "${server.url}/v1" }\nmodel_info: { context_window: 1000, cost: { input: 100, output: 200 } }\n`,
    )
    const chat = await openTerminal(['--config', config], { folder, columns: 44, rows: 14 })
    await chat.see(ready)
    chat.type(`Hello${enter}`)
    await chat.see(/^ {2}(?:at least )?\$[\d.]+ · context \d+% of 1\.0k$/m)
    chat.type('/e')
    await chat.see(/▸ \/edit +ask another prompt in/)
    chat.resize(120, 30)
    await chat.see(/▸ \/edit \[TEXT\] +ask another prompt in place of the last/)
    await chat.see(
      /^ {2}gpt-4o-2024-08-06 \(openai-chat\) · session hello.* · [\d.]+k? tokens · .*\$[\d.]+ · context \d+% of 1\.0k$/m,
    )
    chat.type(ctrlC)
    await chat.see(ready)
    await leave(chat)
  })

  it('forks, asks again, and goes to another session of the list', async () => {
    const chat = await start(['--store', join(folder, 'list.sqlite')])
    await say(chat, 'I am sad')
    chat.type(`/fork${enter}`)
    await chat.see('Now in i-am-sad-fork, with the first prompt of i-am-sad.')
    await chat.see('session i-am-sad-fork')
    await say(chat, '/retry')
    expect(chat.text).toContain('Again: I am sad')
    chat.type(`/sessions${enter}`)
    await chat.see(/▸ i-am-sad-fork .*● now\n {2}i-am-sad /)
    chat.type(`${down}${enter}`)
    await chat.see('Session i-am-sad, 1 turn.\n\n❯ I am sad\n')
    await chat.see(ready)
    chat.type(up)
    await chat.see(/❯ I am sad *\n {2}eliza/)
    chat.type(ctrlC)
    await chat.see(ready)
    await leave(chat)
  })

  it('folds a long result, and shows all of it on Ctrl-O', async () => {
    const chat = await start(['--yes'])
    await say(chat, 'Read the file lines.txt')
    expect(chat.text).toContain('… 24 more lines · Ctrl-O shows them')
    chat.type(ctrlO)
    await chat.see(/▎ {3}line 30\n/)
    await leave(chat)
  })

  it('shows what a file says to the terminal, and does nothing of it', async () => {
    const chat = await start(['--yes'])
    let title = ''
    chat.emulator.onTitleChange((changed) => {
      title = changed
    })
    await say(chat, 'Read the file steering.txt')
    expect(chat.text).toContain('red \\x1b[31m and a title \\x1b]0;owned\\x07')
    expect(title).toBe('')
    await leave(chat)
  })

  it.each([
    ['NO_COLOR', { NO_COLOR: '1' }, [], 0],
    ['a dumb terminal', { TERM: 'dumb' }, [], 0],
    ['ACCESSIBLE', { ACCESSIBLE: '1' }, [], 1],
    ['--plain', {}, ['--plain'], 1],
  ])('is a conversation of lines with %s', async (_name, env, args, colours) => {
    const chat = await openTerminal(args, { folder, env })
    await chat.see(/\n>$/)
    expect(chat.text).not.toContain('Say something')
    expect(Math.sign(chat.raw.match(colour)?.length ?? 0)).toBe(colours)
    chat.type(`I am sad${enter}`)
    await chat.see(/> I am sad\n\S.*\n\n>/)
    chat.type('\x04')
    expect(await chat.exit).toBe(0)
  })

  it('is stopped by Ctrl-Z, gives the shell its terminal, and goes on where it was', async () => {
    const chat = await openTerminal(['--engine', 'eliza', '--eliza-delay-ms', '100'], { folder, inShell: true })
    await chat.see(ready)
    await say(chat, 'I am sad')
    chat.type(`My mother is ill${enter}`)
    await chat.see('· Esc stops')
    const before = chat.raw.length
    chat.type(ctrlZ)
    await chat.see(/\nshell>$/)
    await chat.miss('· Esc stops')
    // The cursor is shown, and pastes come as typed, as the shell has it.
    expect(chat.raw.slice(before)).toContain('\x1b[?25h')
    expect(chat.raw.slice(before)).toContain('\x1b[?2004l')
    chat.type(`echo $((6 * 7))${enter}`)
    await chat.see(/^42$/m)
    chat.type(`fg${enter}`)
    await chat.see(ready)
    expect(ends(chat)).toBe(2)
    await say(chat, 'Hello again')
    chat.type('\x04')
    await chat.see(/\nshell>$/)
    chat.type(`exit${enter}`)
    expect(await chat.exit).toBe(0)
  })

  it('is stopped by Ctrl-Z as a conversation of lines too', async () => {
    const chat = await openTerminal(['--plain', '--engine', 'eliza'], { folder, inShell: true })
    await chat.see(/\n>$/)
    chat.type(ctrlZ)
    await chat.see(/\nshell>$/)
    chat.type(`fg${enter}`)
    await chat.see(/\n>$/)
    chat.type(`I am sad${enter}`)
    await chat.see(/> I am sad\n\S.*\n\n>$/)
    chat.type('\x04')
    await chat.see(/\nshell>$/)
    chat.type(`exit${enter}`)
    expect(await chat.exit).toBe(0)
  })

  it('is a conversation of lines where the terminal is narrow', async () => {
    const chat = await openTerminal([], { folder, columns: 30 })
    await chat.see(/\n>$/)
    expect(chat.text).not.toContain('Say something')
    chat.type('\x04')
    expect(await chat.exit).toBe(0)
  })
})
