import { text } from 'node:stream/consumers'
import { OptionError } from './option-error.ts'

/**
 * The prompt that is on standard input, to its end.
 * @throws OptionError `no_prompt` when there is nothing.
 */
export async function readPrompt(input: NodeJS.ReadStream): Promise<string> {
  const prompt = (await text(input)).trim()
  if (prompt !== '') return prompt
  throw new OptionError(
    'no_prompt',
    'there is no prompt: give one as an argument or on standard input, or start it in a terminal for a conversation',
  )
}
