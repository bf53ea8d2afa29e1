import { explain, isSettingsError } from '@geppetto/settings'
import { visibleText } from '@geppetto/turns'
import { type Access, EngineChoiceError } from 'engine-choice'
import { Answering } from './answering.ts'

/** What `--print-settings` prints: all settings with their places, and who answers by them. */
export async function settingsText(access: Access): Promise<string> {
  return `${explain(access.settings)}\n${visibleText(await whoAnswers(access))}\n`
}

async function whoAnswers(access: Access): Promise<string> {
  try {
    const { description, choice } = await Answering.start(access)
    return `Answering: ${description}${choice.reason === undefined ? '' : `, because ${choice.reason}`}`
  } catch (error) {
    if (error instanceof EngineChoiceError || isSettingsError(error)) return `Nobody answers: ${error.message}`
    throw error
  }
}
