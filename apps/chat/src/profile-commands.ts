import { isEngineError } from '@geppetto/engine'
import { isSettingsError } from '@geppetto/settings'
import { visibleText } from '@geppetto/turns'
import { EngineChoiceError } from 'engine-choice'
import type { Answering } from './answering.ts'
import { type CommandResult, choice, shown } from './command.ts'
import type { EngineScope } from './engine-commands.ts'

/** `/profile`: the profiles of the settings, or a change to another. */
export async function takeProfile(scope: EngineScope, words: readonly string[]): Promise<CommandResult> {
  const [name, ...more] = words
  if (more.length > 0) return shown('The name of a profile is one word: /profile NAME\n')
  if (name === undefined) return profiles(scope.answering)
  const { answering, answerWith } = scope
  try {
    const notices = await answering.takeProfile(name)
    answerWith(answering.engine)
    return shown(visibleText(`${[...notices, `Answering: ${answering.description}`].join('\n')}\n`))
  } catch (error) {
    if (!(error instanceof EngineChoiceError) && !isSettingsError(error) && !isEngineError(error)) throw error
    return shown(visibleText(`${error.message}\nStill answering: ${answering.description}\n`))
  }
}

function profiles({ profiles: offered }: Answering): CommandResult {
  if (offered.length === 0)
    return shown('There are no profiles: name a file of them in profile_registries, or by --profile-registries.\n')
  const width = Math.max(...offered.map(({ name }) => name.length)) + 2
  const rows = offered.map(({ name, isOn, about }) => `${isOn ? '*' : ' '} ${name.padEnd(width)}${about}`.trimEnd())
  const text = visibleText(`${rows.join('\n')}\n/profile NAME takes another; the conversation goes on.\n`)
  return choice(
    text,
    offered.map(({ name, isOn, about }) => ({
      label: visibleText(name),
      detail: visibleText(about),
      line: `/profile ${name}`,
      isCurrent: isOn,
    })),
  )
}
