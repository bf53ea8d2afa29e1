import { type Engine, isEngineError } from '@geppetto/engine'
import { isSettingsError } from '@geppetto/settings'
import { nearestName, visibleText } from '@geppetto/turns'
import { EngineChoiceError, engineNames, parseEngineName } from 'engine-choice'
import type { Answering, EngineChange } from './answering.ts'
import { type CommandResult, choice, shown } from './command.ts'

/** What `/engine` and `/model` look at, and change. */
export interface EngineScope {
  readonly answering: Answering
  /** Lets the engine answer from now on. */
  readonly answerWith: (engine: Engine) => void
}

/** `/engine`: what can be had, or a change of the engine. */
export async function takeEngine(scope: EngineScope, words: readonly string[]): Promise<CommandResult> {
  if (words.length === 0) return engines(scope.answering)
  const text = await switchText(scope, async ({ answering }) => {
    const change = readChange(words)
    if (change === undefined) throw new EngineChoiceError('bad_flag', `it is used like this: ${engineUsage}`)
    await answering.switchTo(change)
  })
  return shown(text)
}

const engineUsage = '/engine NAME [MODEL] [ADDRESS], such as /engine openai-chat http://127.0.0.1:8080/v1'

/** The words in any order; an address alone is that of a host that speaks Chat Completions. */
function readChange(words: readonly string[]): EngineChange | undefined {
  const addresses = words.filter((word) => addressLike.test(word))
  const names = words.filter((word) => !addressLike.test(word))
  const [baseUrl] = addresses
  const [name, model] = names
  if (addresses.length > 1 || names.length > 2 || (name === undefined && baseUrl === undefined)) return undefined
  return {
    engine: name === undefined ? 'openai-chat' : parseEngineName(name),
    ...(model === undefined ? undefined : { model }),
    ...(baseUrl === undefined ? undefined : { baseUrl }),
  }
}

/** Also an address without its scheme, which is refused as one: as a model it would be asked for somewhere else. */
const addressLike = /:\/\/|^(localhost|\d+\.\d+\.\d+\.\d+|\[[\da-f:]+\])([:/]|$)/i

/** `/model`: what the engine's host has, or a change of the model. */
export async function takeModel(
  scope: EngineScope,
  [name, ...more]: readonly string[],
  signal: AbortSignal,
): Promise<CommandResult> {
  const { choice: current } = scope.answering
  if (more.length > 0) return shown('The name of a model is one word: /model NAME\n')
  if (name !== undefined) {
    const text = await switchText(scope, ({ answering }) => answering.takeModel(name))
    return shown(text + (await unlistedText(scope.answering, name, signal)))
  }
  if (current.engine === 'eliza') return shown('eliza has no models. /engine shows the engines that have.\n')
  return models(scope.answering, current.model, signal)
}

async function engines(answering: Answering): Promise<CommandResult> {
  const width = Math.max(...engineNames.map((name) => name.length)) + 2
  const available = await answering.available()
  const rows = available.map(({ name, isOn, description }) => `${isOn ? '*' : ' '} ${name.padEnd(width)}${description}`)
  const text = visibleText(`${rows.join('\n')}\n/engine NAME lets another answer; the conversation goes on.\n`)
  const choices = available.map(({ name, isOn, description }) => ({
    label: name,
    detail: description,
    line: `/engine ${name}`,
    isCurrent: isOn,
  }))
  return choice(text, choices)
}

async function models(answering: Answering, current: string, signal: AbortSignal): Promise<CommandResult> {
  const textOf = (found: string) =>
    visibleText(`Answering: ${current}\n${found}\n/model NAME takes another; the conversation goes on.\n`)
  let names: readonly string[]
  try {
    names = [...(await answering.models(signal))].sort()
  } catch (error) {
    return shown(textOf(faultOf(error)))
  }
  const choices = names.map((name) => ({
    label: name,
    detail: '',
    line: `/model ${name}`,
    isCurrent: name === current,
  }))
  return choice(textOf(`To be had: ${names.join(', ')}`), choices)
}

/** What is said of a model that answers now, and that its host does not list. Lists lack what can be had, so it is no error; empty where all is well, or nobody knows. */
async function unlistedText(answering: Answering, name: string, signal: AbortSignal): Promise<string> {
  const { choice: current } = answering
  if (current.engine === 'eliza' || current.model !== name) return ''
  const listed = await listedModels(answering, signal)
  if (listed.length === 0 || listed.some((other) => isNamed(other, name))) return ''
  const like = nearestName(name, listed)
  const hint = like === undefined ? '/model shows what it lists.' : `Did you mean ${like}?`
  return visibleText(
    `${new URL(current.baseUrl).host} does not list ${name}, and is asked for it all the same. ${hint}\n`,
  )
}

async function listedModels(answering: Answering, signal: AbortSignal): Promise<readonly string[]> {
  try {
    return await answering.models(signal)
  } catch (error) {
    if (error instanceof EngineChoiceError || isSettingsError(error)) return []
    throw error
  }
}

/** Hosts list a model with its date or tag, and know it without. */
function isNamed(model: string, name: string): boolean {
  return (
    model === name || (model.startsWith(name) && /^[-:@](?:latest|\d{4}-?\d{2}-?\d{2})$/.test(model.slice(name.length)))
  )
}

async function switchText(scope: EngineScope, change: (scope: EngineScope) => Promise<void>): Promise<string> {
  const { answering, answerWith } = scope
  try {
    await change(scope)
    answerWith(answering.engine)
    return visibleText(`Answering: ${answering.description}\n`)
  } catch (error) {
    return visibleText(`${faultOf(error)}\nStill answering: ${answering.description}\n`)
  }
}

/** What was asked for cannot be had, or not like that: for people. */
function faultOf(error: unknown): string {
  if (error instanceof EngineChoiceError || isSettingsError(error) || isEngineError(error)) return error.message
  throw error
}
