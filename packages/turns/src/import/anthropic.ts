import { quote, TurnError } from '../errors.ts'
import { addAnthropicAnswer } from './anthropic-answer.ts'
import { readAnthropicPart } from './anthropic-part.ts'
import { addSystemContent, addUserContent, type ReadPart, readContent } from './content-list.ts'
import { choiceIn, type Fields, fieldsOf, filledIn, listIn } from './fields.ts'
import { ImportBuilder, type ImportResult, requireList } from './import-builder.ts'
import type { ImportOptions } from './import-options.ts'
import { assertForm } from './message-forms.ts'

/** The conversation of a request of Anthropic's Messages. */
export interface AnthropicConversation {
  /** A text, or a list of text blocks. */
  readonly system?: unknown
  readonly messages: readonly unknown[]
}

/**
 * Makes a turn of the conversation of a request of Anthropic's Messages. What is wrong with a message is a loss, never an error.
 * @throws TurnError `invalid_value` when the messages are no list, or one of messages that another importer reads.
 * @see https://platform.claude.com/docs/en/api/messages
 */
export function importAnthropicMessages(
  conversation: AnthropicConversation,
  options: ImportOptions = {},
): ImportResult {
  if (fieldsOf(conversation) === undefined)
    throw new TurnError('invalid_value', `a conversation is { system, messages }, not ${quote(conversation)}`)
  assertForm(requireList(conversation.messages, 'messages'), 'anthropic', 'messages')
  const builder = new ImportBuilder(options)
  const watched = builder.watchFields({ ...conversation })
  const { system } = watched
  if (system !== undefined && system !== null && system !== '') addSystem(builder, system, 'system')
  for (const [index, message] of (listIn(watched, 'messages') ?? []).entries()) {
    const path = `messages[${index}]`
    const fields = fieldsOf(message)
    if (fields === undefined) builder.lose(path, 'it is no message')
    else builder.read(path, () => addMessage(builder, fields, path))
  }
  return builder.finish()
}

function addMessage(builder: ImportBuilder, message: Fields, path: string): void {
  const { role, content } = message
  if (role === 'assistant') addAnthropicAnswer(builder, content, `${path}.content`)
  else if (role === 'system') addSystem(builder, content, `${path}.content`)
  else if (role === 'user') addUser(builder, content, path)
  else builder.lose(path, 'nobody knows who says it: its role is none of the API’s')
}

function addSystem(builder: ImportBuilder, content: unknown, path: string): void {
  addSystemContent(builder, readContent(content, path, builder, partReader(builder)), path)
}

/** The API has results and what the user says in one message, the results first. */
function addUser(builder: ImportBuilder, content: unknown, path: string): void {
  const readPart = partReader(builder)
  let hasResults = false
  const said = readContent(content, `${path}.content`, builder, (part, place) => {
    if (part.type !== 'tool_result') return readPart(part, place)
    hasResults = true
    addResult(builder, part, place)
    return undefined
  })
  if (said.length > 0 || !hasResults) addUserContent(builder, said, path)
}

function addResult(builder: ImportBuilder, result: Fields, path: string): void {
  const callId = filledIn(result, 'tool_use_id')
  if (callId === undefined) return builder.lose(path, 'it is the result of no call')
  const content = readContent(result.content, `${path}.content`, builder, partReader(builder))
  const outcome = choiceIn(result, 'is_error', [true, false]) === true ? 'error' : 'ok'
  builder.addResult(path, { callId, outcome, content })
}

function partReader(builder: ImportBuilder): ReadPart {
  return (part, path) => readAnthropicPart(builder, part, path)
}
