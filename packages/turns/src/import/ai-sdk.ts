import type { BlockFields } from '../build-block.ts'
import { defined } from '../errors.ts'
import { ownJson } from '../own-json.ts'
import { messageKey, readUserParts } from './ai-sdk-input.ts'
import { loseMetadata, metadataOf } from './ai-sdk-metadata.ts'
import { SDKModelReader } from './ai-sdk-model.ts'
import { loseUnsaid, olderParts } from './ai-sdk-older.ts'
import { addUIAnswer } from './ai-sdk-ui.ts'
import { addSystemContent, addUserContent } from './content-list.ts'
import { type Fields, fieldsOf, listIn, textIn } from './fields.ts'
import { ImportBuilder, type ImportResult, requireList } from './import-builder.ts'
import type { ImportOptions } from './import-options.ts'
import { assertForm } from './message-forms.ts'

/**
 * Makes a turn of the messages of the AI SDK: `UIMessage`s with their parts, `ModelMessage`s (before version 5: `CoreMessage`s), or both. A call that
 * was left without a result gets one that says so. What is wrong with a message is a loss, never an error.
 * @throws TurnError `invalid_value` when it is no list, or one of messages that another importer reads.
 * @see https://ai-sdk.dev/docs/reference/ai-sdk-core/ui-message
 */
export function importAISDKMessages(messages: readonly unknown[], options: ImportOptions = {}): ImportResult {
  assertForm(requireList(messages, 'messages'), 'ai-sdk', 'messages')
  const builder = new ImportBuilder(options)
  const model = new SDKModelReader(builder)
  for (const [index, message] of builder.watch(messages, 'messages').entries()) {
    const path = `messages[${index}]`
    const fields = fieldsOf(message)
    if (fields?.role !== 'tool') model.endAnswer()
    if (fields === undefined) builder.lose(path, 'it is no message')
    else addMessage(builder, model, fields, path)
  }
  model.endAnswer()
  return builder.finish()
}

function addMessage(builder: ImportBuilder, model: SDKModelReader, message: Fields, path: string): void {
  const parts = listIn(message, 'parts')
  const older = parts === undefined && message.role === 'assistant' ? olderParts(message, path) : undefined
  const facts = factsOf(builder, message, path)
  loseMetadata(builder, path, metadataOf(message), false)
  if (parts !== undefined) loseUnsaid(builder, message, path)
  switch (message.role) {
    case 'system':
    case 'user':
      return addInput(builder, message, path, facts)
    case 'assistant': {
      const placed = older ?? parts?.map((part, index) => ({ part, path: `${path}.parts[${index}]` }))
      const before = builder.lossCount
      const isSaid =
        placed === undefined
          ? model.addAnswer(message.content, `${path}.content`, facts)
          : addUIAnswer(builder, placed, facts)
      if (!isSaid && builder.lossCount === before) builder.lose(path, 'it says nothing')
      return
    }
    case 'tool':
      model.addResults(message.content, `${path}.content`, facts)
      return
    default:
      builder.lose(path, 'nobody knows who says it: its role is none of the SDK’s')
  }
}

/** What is known of a message as a whole stands on its first block. */
function factsOf(builder: ImportBuilder, message: Fields, path: string): BlockFields {
  const { createdAt: made } = message
  const createdAt = made instanceof Date ? made.getTime() : typeof made === 'string' ? Date.parse(made) : undefined
  const isDated = createdAt !== undefined && !Number.isNaN(createdAt)
  if (!isDated && made !== undefined && made !== null) builder.lose(`${path}.createdAt`, 'it is no time')
  const id = textIn(message, 'id')
  const { value: own, problem } = ownJson(message.metadata, 'metadata')
  if (problem !== undefined) builder.lose(`${path}.metadata`, problem.message)
  const origin = defined({ id, metadata: own ?? undefined })
  return {
    ...(isDated ? { createdAt } : {}),
    ...(Object.keys(origin).length === 0 ? {} : { metadata: { [messageKey]: origin } }),
  }
}

function addInput(builder: ImportBuilder, message: Fields, path: string, facts: BlockFields): void {
  const isUI = listIn(message, 'parts') !== undefined
  const place = isUI ? `${path}.parts` : `${path}.content`
  const said = readUserParts(builder, isUI ? message.parts : message.content, place)
  const attached = readUserParts(builder, message.experimental_attachments, `${path}.experimental_attachments`)
  const add = message.role === 'user' ? addUserContent : addSystemContent
  add(builder, [...said, ...attached], path, facts)
}
