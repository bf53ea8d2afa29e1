import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { printTurn } from '@geppetto/turns'
import { afterAll, describe, expect, it } from 'vitest'
import { ChatBackend } from '../backend.ts'
import { says, scriptedBuilder, scriptedEngine } from '../scripted-engine.test-helper.ts'
import { exportTo, importFrom } from './conversation-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'chat-files-'))
afterAll(() => rmSync(folder, { recursive: true }))

const { signal } = new AbortController()
const backendThat = (...answers: string[]) =>
  new ChatBackend(scriptedBuilder(scriptedEngine(...answers.map(says))), { signal })

async function imported(name: string, text: string, form?: Parameters<typeof importFrom>[2]) {
  const file = join(folder, name)
  writeFileSync(file, text)
  const backend = backendThat('Fine.')
  const lines = await importFrom(file, backend, form)
  return { backend, lines, text: backend.conversation && printTurn(backend.conversation) }
}

describe('conversation files', () => {
  it.each(['jsonl', 'yaml'])('bring a conversation to another store as .%s, where it goes on', async (ending) => {
    const backend = backendThat('Hi.')
    await backend.nameAfter('Hello')
    await backend.start('Hello').finished
    const { conversation } = backend
    const file = join(folder, `chat.${ending}`)
    await exportTo(file, backend, conversation ?? expect.fail('no conversation'))
    const other = backendThat('Fine.')
    expect(await importFrom(file, other, undefined)).toEqual([])
    expect(other.name).toBe(ending === 'jsonl' ? 'hello' : 'chat')
    expect((await other.start('How are you?').finished).status).toBe('completed')
    expect(printTurn(other.conversation ?? expect.fail('nothing came'))).toBe(
      '[user] Hello\n[assistant] Hi.\n[user] How are you?\n[assistant] Fine.\n',
    )
  })

  it('takes messages, tells whose they seem to be, and what was lost', async () => {
    const messages = [{ role: 'user', content: 'Hi', mood: 'good' }]
    const { lines, text, backend } = await imported('mail.json', JSON.stringify(messages))
    expect(lines).toEqual(['Read as openai-chat.', expect.stringContaining('messages[0].mood')])
    expect([text, backend.name]).toEqual(['[user] Hi\n', 'mail'])
    expect((await imported('mail.json', JSON.stringify(messages), 'anthropic')).lines[0]).toBe('Read as anthropic.')
  })

  it.each([
    ['broken.json', '{"messages": [', 'it is no JSON'],
    ['none.json', '{"a": 1}', 'holds no list of messages'],
    ['empty.json', '[]', 'nothing that could be taken over'],
    ['cut.jsonl', '{"format":"geppetto.session","v":1}', 'cannot be read'],
    ['bad.yaml', 'blocks: 7', 'cannot be read'],
  ])('refuses %s and leaves the conversation as it is', async (name, text, message) => {
    const file = join(folder, name)
    writeFileSync(file, text)
    const backend = backendThat()
    await expect(importFrom(file, backend, undefined)).rejects.toMatchObject({
      name: 'FileFault',
      message: expect.stringContaining(message),
    })
    expect(await backend.shelf.list()).toEqual([])
  })
})
