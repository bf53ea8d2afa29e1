// Draws the pictures of the chat in docs/screens, from the built program in a pseudo-terminal:
//   npm run x -- node apps/chat/screens/main.ts
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ChatTerminal, openTerminal } from '../src/chat-terminal.test-helper.ts'
import { startDemoModel } from './demo-model.ts'
import { svgOf } from './svg.ts'

const target = new URL('../../../docs/screens/', import.meta.url)
const folder = mkdtempSync(join(tmpdir(), 'chat-screens-'))
const enter = '\r'

const model = await startDemoModel()
const settings = join(folder, 'config.yaml')
const args = ['--config', settings, '--store', join(folder, 'sessions.sqlite')]

try {
  mkdirSync(target, { recursive: true })
  writeFileSync(
    settings,
    `chat: { api_type: openai-chat, engine: demo }
api: { base_url: "${model.url}/v1" }
model_info: { id: demo, context_window: 32000, cost: { input: 0.25, output: 2 } }
`,
  )
  writeFileSync(join(folder, 'notes.txt'), 'Buy milk.\nCall Ada about the turns.\n')
  await picture('start', [], async (chat) => {
    chat.type('/')
    await chat.see('▸ /help')
  })
  await picture('answer', ['--session', 'trip'], async (chat) => {
    chat.type(`How do I debounce a function in TypeScript?${enter}`)
    await chat.see(' out\n')
    await chat.see('Say something')
  })
  await picture('tools', ['--session', 'weather'], async (chat) => {
    chat.type(`Is it warmer in Berlin or in Paris? And read notes.txt${enter}`)
    await chat.see('? Allow read_file')
    chat.type('y')
    await chat.see('▸ Yes')
  })
  await picture('sessions', [], async (chat) => {
    chat.type(`/sessions${enter}`)
    await chat.see('type to search')
  })
} finally {
  await model.close()
  rmSync(folder, { recursive: true })
}

async function picture(
  name: string,
  more: readonly string[],
  act: (chat: ChatTerminal) => Promise<void>,
): Promise<void> {
  const chat = await openTerminal([...args, ...more], { folder, rows: 34 })
  await chat.see('Say something')
  await act(chat)
  writeFileSync(new URL(`${name}.svg`, target), svgOf(chat.emulator, `The chat in a terminal: ${name}`))
  chat.end()
  await chat.exit
}
