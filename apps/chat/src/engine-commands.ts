import { isEngineError } from '@geppetto/engine'
import { visibleText } from '@geppetto/turns'
import { EngineChoiceError, engineNames, parseEngineName } from 'engine-choice'
import type { Answering } from './answering.ts'

/** `/engine`: what can be had, or a change of the engine. */
export async function engineText(answering: Answering, [name, model, ...more]: readonly string[]): Promise<string> {
  if (name === undefined) return enginesText(answering)
  if (more.length > 0) return 'Name an engine and a model of it: /engine NAME MODEL\n'
  return switchText(answering, () => answering.switchTo(parseEngineName(name), model))
}

/** `/model`: what the engine's host has, or a change of the model. */
export async function modelText(
  answering: Answering,
  [name, ...more]: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const { choice } = answering
  if (choice.engine === 'eliza') return 'eliza has no models. /engine shows the engines that have.\n'
  if (name === undefined) return modelsText(answering, choice.model, signal)
  if (more.length > 0) return 'The name of a model is one word: /model NAME\n'
  return switchText(answering, () => answering.switchTo(choice.engine, name))
}

async function enginesText(answering: Answering): Promise<string> {
  const width = Math.max(...engineNames.map((name) => name.length)) + 2
  const rows = (await answering.available()).map(
    ({ name, isOn, description }) => `${isOn ? '*' : ' '} ${name.padEnd(width)}${description}`,
  )
  return visibleText(`${rows.join('\n')}\n/engine NAME lets another answer; the conversation goes on.\n`)
}

async function modelsText(answering: Answering, current: string, signal: AbortSignal): Promise<string> {
  let models: string
  try {
    models = `To be had: ${[...(await answering.models(signal))].sort().join(', ')}`
  } catch (error) {
    models = faultOf(error)
  }
  return visibleText(`Answering: ${current}\n${models}\n/model NAME takes another; the conversation goes on.\n`)
}

async function switchText(answering: Answering, change: () => Promise<void>): Promise<string> {
  try {
    await change()
    return visibleText(`Answering: ${answering.description}\n`)
  } catch (error) {
    return visibleText(`${faultOf(error)}\nStill answering: ${answering.description}\n`)
  }
}

/** What was asked for cannot be had, or not like that: for people. */
function faultOf(error: unknown): string {
  if (error instanceof EngineChoiceError || isEngineError(error)) return error.message
  throw error
}
