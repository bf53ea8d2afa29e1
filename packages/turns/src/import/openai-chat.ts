import type { ContentPart } from '../content.ts'
import { defined } from '../errors.ts'
import { addSystemContent, addUserContent, losePart, readContent } from './content-list.ts'
import { choiceIn, type Fields, fieldsIn, fieldsOf, filledIn, textIn } from './fields.ts'
import { ImportBuilder, type ImportResult, requireList } from './import-builder.ts'
import type { ImportOptions } from './import-options.ts'
import { details, mediaPart, sourceOf } from './media.ts'
import { assertForm } from './message-forms.ts'
import { addAnswer } from './openai-chat-answer.ts'

/**
 * Makes a turn of the messages of OpenAI's Chat Completions, and of hosts that speak it: `messages` of a request, or of `message` in its answers.
 * What is wrong with a message is a loss, never an error.
 * @throws TurnError `invalid_value` when it is no list, or one of messages that another importer reads.
 * @see https://platform.openai.com/docs/api-reference/chat/create
 */
export function importOpenAIChatMessages(messages: readonly unknown[], options: ImportOptions = {}): ImportResult {
  assertForm(requireList(messages, 'messages'), 'openai-chat', 'messages')
  const builder = new ImportBuilder(options)
  for (const [index, message] of builder.watch(messages, 'messages').entries()) {
    const path = `messages[${index}]`
    const fields = fieldsOf(message)
    if (fields === undefined) builder.lose(path, 'it is no message')
    else builder.read(path, () => addMessage(builder, fields, path))
  }
  return builder.finish()
}

function addMessage(builder: ImportBuilder, message: Fields, path: string): void {
  switch (message.role) {
    case 'system':
    case 'developer':
    case 'user':
      return addInput(builder, message, path)
    case 'assistant':
      return addAnswer(builder, message, path)
    case 'tool':
    case 'function':
      return addResult(builder, message, path)
    default:
      builder.lose(path, 'nobody knows who says it: its role is none of the API’s')
  }
}

function addInput(builder: ImportBuilder, message: Fields, path: string): void {
  const content = readContent(message.content, `${path}.content`, builder, (part, place) =>
    readPart(builder, part, place),
  )
  const add = message.role === 'user' ? addUserContent : addSystemContent
  add(builder, content, path, defined({ author: filledIn(message, 'name') }))
}

function addResult(builder: ImportBuilder, message: Fields, path: string): void {
  const content = readContent(message.content, `${path}.content`, builder, (part, place) =>
    readPart(builder, part, place),
  )
  // The old function messages, and some hosts, name no call: the first that waits is meant.
  const callId = filledIn(message, 'tool_call_id') ?? builder.openCallId
  if (callId === undefined) builder.lose(path, 'it is the result of no call')
  else {
    const known = builder.nameOf(callId)
    const name = known === undefined ? filledIn(message, 'name') : choiceIn(message, 'name', [known])
    builder.addResult(path, { callId, name, outcome: 'ok', content })
  }
}

function readPart(builder: ImportBuilder, part: Fields, path: string): ContentPart | undefined {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: textIn(part, 'text') ?? '' }
    case 'image_url':
      return readImage(builder, part, path)
    case 'input_audio':
      return readAudio(builder, part, path)
    case 'file':
      return readFile(builder, part, path)
    default:
      return losePart(builder, part, path)
  }
}

function readImage(builder: ImportBuilder, part: Fields, path: string): ContentPart | undefined {
  // Some hosts have the address itself.
  const image = fieldsIn(part, 'image_url') ?? { url: part.image_url }
  const url = filledIn(image, 'url')
  if (url === undefined) return losePart(builder, part, path)
  const detail = choiceIn(image, 'detail', details)
  return { type: 'image', ...sourceOf(url), ...defined({ detail }) }
}

function readAudio(builder: ImportBuilder, part: Fields, path: string): ContentPart | undefined {
  const audio = fieldsIn(part, 'input_audio')
  const data = filledIn(audio, 'data')
  const format = filledIn(audio, 'format')
  if (data === undefined) return losePart(builder, part, path)
  const mediaType = format === 'mp3' ? 'audio/mpeg' : format && `audio/${format}`
  return { type: 'audio', source: { type: 'base64', data }, ...defined({ mediaType }) }
}

function readFile(builder: ImportBuilder, part: Fields, path: string): ContentPart | undefined {
  const file = fieldsIn(part, 'file')
  const name = filledIn(file, 'filename')
  const fileId = filledIn(file, 'file_id')
  if (fileId !== undefined) return mediaPart({ type: 'provider-file', api: 'openai-chat', fileId }, undefined, name)
  const data = filledIn(file, 'file_data')
  if (data === undefined) return losePart(builder, part, path)
  const { source, mediaType } = sourceOf(data)
  // Without a type before them, they are the bytes alone.
  const bytes = source.type === 'url' ? ({ type: 'base64', data } as const) : source
  return { type: 'file', source: bytes, ...defined({ mediaType, name }) }
}
