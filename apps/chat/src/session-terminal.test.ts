import { mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ChatScreen, closeChats, hasPty, openChat } from './chat-screen.test-helper.ts'

const ctrlC = '\x03'
const enter = '\r'

const folder = mkdtempSync(join(tmpdir(), 'chat-sessions-'))
beforeAll(() => writeFileSync(join(folder, 'long.txt'), 'and so on '.repeat(500)))
afterAll(() => {
  closeChats()
  rmSync(folder, { recursive: true })
})

let count = 0
const newStore = () => join(folder, `store-${count++}.sqlite`)

/** A chat with that store that shows its first prompt, or whatever else it waits with. */
async function startChat(
  store: string,
  args: readonly string[] = [],
  shows: string | RegExp = '> ',
): Promise<ChatScreen> {
  const chat = openChat(['--yes', ...args], { folder, env: { GEPPETTO_CHAT_STORE: store } })
  await chat.waitFor(shows)
  return chat
}

async function say(chat: ChatScreen, line: string, shows: string | RegExp): Promise<void> {
  chat.type(`${line}${enter}`)
  await chat.waitFor(shows)
  await chat.waitFor('> ')
}

/** Leaves from the prompt. */
async function leave(chat: ChatScreen): Promise<void> {
  chat.type(ctrlC)
  expect(await chat.exit).toBe(0)
}

const where = hasPty
  ? 'sessions in a terminal'
  : 'sessions in a terminal (left out: this platform has no prebuilt pseudo-terminal)'

describe.skipIf(!hasPty).concurrent(where, () => {
  it('keeps a named session for the next start, in a file of the user alone', async () => {
    const store = newStore()
    const first = await startChat(store, ['--session', 'trip'])
    expect(first.text).toContain('A new session: trip\n')
    await say(first, 'I am sad', /\w[^\n]*\n\n/)
    await leave(first)
    if (process.platform !== 'win32') expect(statSync(store).mode & 0o777).toBe(0o600)
    const second = await startChat(store, ['--session', 'trip'])
    expect(second.text).toMatch(/Session trip\n\[user\] I am sad\n\[assistant\] .+\n/)
    await say(second, 'My mother is ill', /\w[^\n]*\n\n/)
    await say(second, '/sessions', '* trip  2 turns  just now\n')
    await leave(second)
  })

  it('begins another session with each start, named after its first prompt, and finds the newest', async () => {
    const store = newStore()
    for (const prompt of ['I am sad', 'I am sad', 'Hello']) {
      const chat = await startChat(store)
      await say(chat, prompt, /\w[^\n]*\n\n/)
      await leave(chat)
    }
    const chat = await startChat(store, ['-c'])
    expect(chat.text).toMatch(/Session hello, just now\n\[user\] Hello\n/)
    chat.type(`/sessions${enter}`)
    await chat.waitFor(/\* hello +1 turn {2}just now\n {2}i-am-sad-2 +1 turn.*\n {2}i-am-sad +1 turn/)
    await chat.waitFor('> ')
    await say(chat, '/open i-am-sda', 'There is no session i-am-sda: did you mean i-am-sad?\n')
    await say(chat, '/open i-am-sad', /Session i-am-sad, 1 turn\.\n\[user\] I am sad\n/)
    await leave(chat)
  })

  it('says after a kill what was interrupted, with the answer as far as it came, and goes on', async () => {
    const store = newStore()
    const killed = await startChat(store, ['--session', 'trip'])
    killed.type(`Read the file long.txt${enter}`)
    await killed.waitFor(/says: (and so on ){6}/)
    killed.kill('SIGKILL')
    await killed.exit
    const chat = await startChat(store, ['--session', 'trip'])
    expect(chat.text).toMatch(
      /\[call read_file\] .+\n\[assistant\] read_file \(long.txt\) says: and so[^[]*\[cut\s+off\]\n/,
    )
    expect(chat.text).toContain('The answer was interrupted: the process that was writing it is gone.\n/resume goes on')
    chat.type(`/resume${enter}`)
    await chat.waitFor('Going on: Read the file long.txt\nread_file (long.txt) says: and so on')
    expect(chat.text.split('→ read_file')).toHaveLength(1)
    chat.type(ctrlC)
    await chat.waitFor('[cancelled]\n\n> ')
    await leave(chat)
  })

  it('tells the second terminal who holds the session, lets it watch and cancel, and go on', async () => {
    const store = newStore()
    const first = await startChat(store, ['--session', 'trip'])
    await say(first, 'I am sad', /\w[^\n]*\n\n/)
    const second = await startChat(store, ['--session', 'trip'])
    first.type(`Read the file long.txt${enter}`)
    await first.waitFor('says: and so on ')
    second.type(`Hello${enter}`)
    await second.waitFor(/trip is getting an answer in process \d+\. Put your prompt in line behind it\? \[y\/N\] /)
    second.type(enter)
    await second.waitFor(/trip is getting an answer in another terminal \(process \d+,\srun\srun_\w+\)\./)
    await second.waitFor('[user] Read the file long.txt\n')
    await second.waitFor('says: and so on ')
    second.type(ctrlC)
    await second.waitFor('/cancel stops it.\n\n> ')
    await say(second, '/sessions', /\* trip {2}2 turns {2}just now {2}answering in process \d+\n/)
    second.type(`/delete trip${enter}`)
    await second.waitFor('[y/N] ')
    second.type(`y${enter}`)
    await second.waitFor(/trip is getting an answer in process \d+: nothing was deleted\.\n/)
    await second.waitFor('> ')
    await say(second, '/cancel', /Stopped the answer in process \d+\.\n\[user\] Read the file long.txt\n/)
    await first.waitFor('[cancelled]\n\n> ')
    await say(second, 'Hello', /\w[^\n]*\n\n/)
    first.type(`And me${enter}`)
    await first.waitFor('The conversation went on in another terminal meanwhile:\n[user] Hello\n')
    await first.waitFor('> And me')
    await say(first, '', /\w[^\n]*\n\n/)
    await Promise.all([leave(first), leave(second)])
  })

  it('puts a prompt in line behind the answer of another terminal, which shows and asks it, and withdraws one', async () => {
    const store = newStore()
    const first = await startChat(store, ['--session', 'trip'])
    first.type(`Read the file long.txt${enter}`)
    await first.waitFor('says: and so on ')
    const second = await startChat(store, ['--session', 'trip'], 'says: and so on ')
    second.type(ctrlC)
    await second.waitFor('\n> ')
    for (const prompt of ['I am sad', 'Never mind']) {
      second.type(`${prompt}${enter}`)
      await second.waitFor('[y/N] ')
      second.type(`y${enter}`)
      await second.waitFor('Your prompt is kept in line')
      await second.waitFor('says: and so on ')
      second.type(ctrlC)
      await second.waitFor('Your prompt waits on: /queue shows it, /withdraw takes it back.\n\n> ')
    }
    await say(second, '/queue', / 1 {2}I am sad\n 2 {2}Never mind\nEach is asked when/)
    await say(second, '/withdraw', 'Taken out of the line: Never mind\n')
    await say(second, '/queue', / 1 {2}I am sad\nEach is asked when/)
    first.type(ctrlC)
    await first.waitFor('[cancelled]')
    await first.waitFor(/From the line:\n\[user\] I am sad\n\w[^\n]*\n\n> /)
    second.type(`/history${enter}`)
    await second.waitFor(/\[user\] I am sad\n\[assistant\] \w/)
    await Promise.all([leave(first), leave(second)])
  })

  it('watches an answer to its end, also when the process that gets it is killed', async () => {
    const store = newStore()
    const first = await startChat(store, ['--session', 'trip'])
    first.type(`Read the file long.txt${enter}`)
    await first.waitFor('says: and so on ')
    const second = await startChat(store, ['--session', 'trip'], 'says: and so on ')
    first.kill('SIGKILL')
    await second.waitFor('The answer was interrupted')
    await second.waitFor('\n> ')
    await leave(second)
  })

  it('asks again and in other words beside what was said, and goes back to it', async () => {
    const chat = await startChat(newStore())
    await say(chat, 'I am sad', /\w[^\n]*\n\n/)
    chat.type(`/edit${enter}`)
    await chat.waitFor('> /edit I am sad')
    chat.type(`${'\b'.repeat(3)}happy${enter}`)
    await chat.waitFor('Instead: I am happy\n')
    await chat.waitFor('\n> ')
    await say(chat, '/branches', /At prompt 1:\n {3}1 {2}I am sad → .+\n \* 2 {2}I am happy → .+\n/)
    await say(chat, '/branches 3', 'from 1 to 2.\n')
    await say(chat, '/branches 1', /On branch 1\.\n\[user\] I am sad\n/)
    await say(chat, '/fork', /Now in i-am-sad-fork, with the first prompt of i-am-sad\./)
    await say(chat, '/rename better', 'This session is better now.\n')
    await say(chat, '/rename i-am-sad', 'There is a session i-am-sad already')
    chat.type(`/delete i-am-sad${enter}`)
    await chat.waitFor('Delete i-am-sad, 1 turn? It does not come back. [y/N] ')
    chat.type(`y${enter}`)
    await chat.waitFor('Deleted: i-am-sad\n')
    await chat.waitFor('> ')
    await say(chat, '/sessions', /^[^\n]*\n\* better {2}1 turn {2}just now\n\/open/)
    await leave(chat)
  })

  it('brings a conversation out and in again', async () => {
    const name = `out-${count++}`
    const chat = await startChat(newStore(), ['--session', name])
    await say(chat, '/export nothing.md', 'Nothing has been said yet.\n')
    await say(chat, 'I am sad', /\w[^\n]*\n\n/)
    for (const ending of ['jsonl', 'yaml', 'md'])
      await say(chat, `/export ${name}.${ending}`, `Written: ${name}.${ending}`)
    await say(chat, `/export ${name}.md`, 'there is such a file already')
    await say(chat, `/export ${name}.pdf`, 'the ending says how it is written')
    expect(readFileSync(join(folder, `${name}.md`), 'utf8')).toMatch(
      /^# out-\d+\n\n## User\n\nI am sad\n\n## Assistant\n\n/,
    )
    await say(chat, `/import ${name}.jsonl`, `Now in session ${name}-2.\n[user] I am sad\n[assistant] `)
    await say(chat, 'Hello', /\w[^\n]*\n\n/)
    await say(chat, `/import ${name}.yaml`, `Now in session ${name}-3.\n[user] I am sad\n[assistant] `)
    await say(chat, 'Hello', /\w[^\n]*\n\n/)
    await say(chat, '/import nowhere.jsonl', '"nowhere.jsonl" cannot be read: there is no such file')
    await leave(chat)
  })

  it.runIf(process.platform !== 'win32')('says why nothing can be kept any more, and goes on when it can', async () => {
    const store = newStore()
    const chat = await startChat(store, ['--session', 'trip'])
    await say(chat, 'I am sad', /\w[^\n]*\n\n/)
    renameSync(store, `${store}-away`)
    await say(chat, 'Hello', /\[failed\] the session store .*\n(.*\n)*\/retry asks again/)
    renameSync(`${store}-away`, store)
    await say(chat, '/retry', /Again: Hello\n\w[^\n]*\n\n/)
    await leave(chat)
  })

  it('refuses a file that is no store, without a trace of code', async () => {
    const store = newStore()
    writeFileSync(store, 'my diary, and nobody else shall write into it')
    const chat = openChat([], { folder, env: { GEPPETTO_CHAT_STORE: store } })
    expect(await chat.exit).toBe(1)
    expect(chat.text).toMatch(/it is no session store: it was\sleft as it is/)
    expect(chat.text).not.toMatch(/^ +at /m)
    expect(readFileSync(store, 'utf8')).toMatch(/^my diary/)
  })

  it.runIf(process.platform === 'linux')(
    'goes on without a store where the usual one cannot be had, and says so',
    async () => {
      const data = mkdtempSync(join(folder, 'data-'))
      writeFileSync(join(data, 'geppetto-chat'), 'a file where the folder should be')
      const env = { GEPPETTO_CHAT_STORE: '', XDG_DATA_HOME: data }
      const chat = openChat([], { folder, env })
      await chat.waitFor('This conversation ends with the chat, as nothing can be kept:')
      await chat.waitFor('\n> ')
      await say(chat, 'I am sad', /\w[^\n]*\n\n/)
      await leave(chat)
    },
  )
})
