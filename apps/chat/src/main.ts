import { readFileSync } from 'node:fs'
import { isEngineError } from '@geppetto/engine'
import { isSessionError } from '@geppetto/session'
import { isSettingsError, usualLayers } from '@geppetto/settings'
import { defined, visibleText } from '@geppetto/turns'
import { type Access, accessOf, EngineChoiceError, providers } from 'engine-choice'
import { adviceFor } from './advice.ts'
import { Answering } from './answering.ts'
import type { ChatBackend } from './backend.ts'
import { type Ask, confirmCalls } from './confirm.ts'
import { converse } from './conversation.ts'
import { createBackend } from './create-backend.ts'
import { endOn } from './ending.ts'
import { answerAlone, createEventPrinter } from './event-printer.ts'
import { helpText } from './help.ts'
import { createLineWrap } from './line-wrap.ts'
import { noticeLines } from './notice-lines.ts'
import { answerOnce } from './one-shot.ts'
import { loadView } from './open-view.ts'
import { OptionError } from './option-error.ts'
import { type ChatOptions, parseOptions, type SettingsLine } from './options.ts'
import { readPrompt } from './read-prompt.ts'
import { beginSession } from './sessions/begin.ts'
import { SessionShelf } from './sessions/shelf.ts'
import { type ChosenStore, openStore } from './sessions/store-choice.ts'
import { settingsText } from './settings-text.ts'
import { type Paint, paintFor } from './style.ts'
import { Terminal } from './terminal.ts'
import { createToldEnds } from './told-ends.ts'
import { type ChatTools, chatTools } from './tools/index.ts'
import { statusOf } from './ui/status.ts'

/** What eliza waits between two words in a conversation, so that its answers can be read as they come, and stopped. */
const wordDelayMs = 60

const { stdin, stdout, stderr } = process

async function main(args: readonly string[]): Promise<number> {
  const { tools, failsAnyway } = chatTools(process.cwd())
  const request = parseOptions(
    args,
    tools.map(({ name }) => name),
  )
  switch (request.kind) {
    case 'help':
      stdout.write(helpText())
      return 0
    case 'version':
      stdout.write(`chat ${version()}\n`)
      return 0
    case 'settings':
      stdout.write(await settingsText(readSettings(request.line)))
      return 0
    case 'chat': {
      const { options, line } = request
      const isConversation = options.prompt === undefined && stdin.isTTY && stdout.isTTY
      const offer = { tools: options.tools ? tools : [], failsAnyway }
      const access = readSettings(line, isConversation ? wordDelayMs : 0)
      return isConversation ? talk(options, access, offer) : answer(options, access, offer)
    }
  }
}

/** The settings of all layers. @throws SettingsError */
function readSettings({ layer, config }: SettingsLine, delayMs = 0): Access {
  const defaults = delayMs === 0 ? {} : { eliza: { delay_ms: delayMs } }
  return accessOf(usualLayers({ providers, environment: process.env, flags: layer, defaults, ...defined({ config }) }))
}

async function talk(options: ChatOptions, access: Access, { tools, failsAnyway }: ChatTools): Promise<number> {
  // It is read while it is found out who answers.
  const loading = loadView(options)
  const chosen = await openStore(options, true, process.env)
  const answering = await Answering.start(access)
  const { signal, exitCode } = endOn(['SIGTERM', 'SIGHUP'])
  const view = await loading.then((open) => open())
  const { promise: left, resolve: leave } = Promise.withResolvers<'left'>()
  // Until there is something else to stop.
  view.onInterrupt = () => leave('left')
  signal.addEventListener('abort', () => view.close())
  const talking = async () => {
    const ask: Ask = (question, until) => view.ask(question, until)
    const authorize = confirmCalls({ yes: options.yes, failsAnyway, ask })
    const shelf = new SessionShelf(chosen.store, chosen.path)
    const toldEnds = createToldEnds(await view.createSink())
    const wired = createBackend(options, {
      engine: answering.engine,
      tools,
      sink: toldEnds.sink,
      shelf,
      authorize,
      signal,
    })
    if ('status' in view) view.status = () => statusOf(wired.backend, answering)
    const opening = await openingOf(options, wired.backend, chosen)
    const notices = noticeLines(access).map((line) => visibleText(`${line}\n`))
    await converse({
      ...wired,
      answering,
      showsCost: options.withMetadata,
      view,
      keys: view.keys,
      toldEnds,
      tools,
      ask,
      signal,
      ...defined({ opening: notices.length === 0 ? opening : notices.join('') + (opening ?? '') }),
    })
    await wired.backend.close()
    return 'ended' as const
  }
  let end: 'left' | 'ended'
  try {
    end = await Promise.race([talking(), left])
  } finally {
    // An error is told on the terminal as it was before.
    await view.close()
    chosen.close()
  }
  // What the start still waits for may never come.
  if (end === 'left') process.exit(exitCode() ?? 0)
  return exitCode() ?? 0
}

async function openingOf(
  options: ChatOptions,
  backend: ChatBackend,
  { fault, readOnly }: ChosenStore,
): Promise<string | undefined> {
  if (readOnly !== undefined) return `${(await beginSession(options, backend)) ?? ''}${readOnlyText(readOnly)}`
  if (fault === undefined) return beginSession(options, backend)
  return visibleText(`This conversation ends with the chat, as nothing can be kept: ${fault}\n`)
}

function readOnlyText(why: string): string {
  return visibleText(
    `Only to read: ${why}\nWhat is kept can be shown, exported and watched; no prompt can be asked until it can be written, and the chat is started again.\n`,
  )
}

async function answer(options: ChatOptions, access: Access, { tools, failsAnyway }: ChatTools): Promise<number> {
  if (options.prompt === undefined && stdin.isTTY)
    tellUser('type the prompt and end it with Ctrl-D (piped output: no conversation)')
  const prompt = options.prompt ?? (await readPrompt(stdin))
  const chosen = await openStore(options, false, process.env)
  const answering = await Answering.start(access)
  const { choice, engine, description } = answering
  // For people: a program that reads standard error shall find faults there, and nothing else.
  if (stderr.isTTY) for (const line of noticeLines(access)) tellUser(line, paintFor(stderr))
  if (choice.reason !== undefined && stderr.isTTY) {
    const others = (await answering.others()).map((name) => `--engine ${name}`).join(' or ') || '--engine'
    tellUser(`answering: ${description}, because ${choice.reason}; ${others} takes another`, paintFor(stderr))
  }
  const { signal, exitCode } = endOn(['SIGINT', 'SIGTERM', 'SIGHUP'])
  const wrap = createLineWrap(() => (stdout.isTTY && options.output === 'text' ? stdout.columns : undefined))
  const output = { write: (text: string) => stdout.write(wrap.push(visibleText(text))) }
  const printer = await createEventPrinter(options, stdout.isTTY ? output : stdout)
  const isAnswerAlone = options.output === 'text' && !options.full
  const sink = isAnswerAlone ? answerAlone(printer, tellUser) : printer
  const canAsk = options.prompt !== undefined && stdin.isTTY && stderr.isTTY
  const authorize = confirmCalls({ yes: options.yes, failsAnyway, ...(canAsk ? { ask: askOnce } : undefined) })
  const shelf = new SessionShelf(chosen.store, chosen.path)
  const { backend } = createBackend(options, { engine, tools, sink, shelf, authorize, signal })
  await beginSession(options, backend)
  const code = await answerOnce(backend, prompt, {
    tellUser,
    adviceFor: (error) => adviceFor(error, choice, '--'),
    ...(options.withMetadata ? { costOf: (result) => answering.costOf(result) } : undefined),
  })
  stdout.write(wrap.end())
  chosen.close()
  return exitCode() ?? code
}

/** Asks on standard error, where the question is not mixed with the answer, and gives the terminal back. */
const askOnce: Ask = async (question, signal) => {
  const terminal = new Terminal({ input: stdin, screen: stderr })
  terminal.onInterrupt = () => process.kill(process.pid, 'SIGINT')
  const said = await terminal.ask(question, signal)
  terminal.close()
  return said
}

function version(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  return version
}

function tellUser(message: string, paint?: Paint): void {
  const line = `chat: ${visibleText(message)}`
  const wrap = createLineWrap(() => (stderr.isTTY ? stderr.columns : undefined))
  stderr.write(wrap.push(`${paint === undefined ? line : paint('dim', line)}\n`) + wrap.end())
}

stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever read it has enough.
  if (error.code === 'EPIPE') process.exit(0)
  tellUser(`the answer cannot be printed: ${error.message}`)
  process.exit(1)
})

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  const isWrongUse =
    error instanceof OptionError ||
    error instanceof EngineChoiceError ||
    isSettingsError(error) ||
    (isEngineError(error) && error.code === 'invalid_options')
  if (!isWrongUse && !isSessionError(error)) throw error
  tellUser(error.message)
  process.exitCode = isWrongUse ? 2 : 1
}
