import type { BlockFields } from '../build-block.ts'
import { defined } from '../errors.ts'
import { ownJson } from '../own-json.ts'
import { readSDKFile } from './ai-sdk-media.ts'
import { SDKModelReader } from './ai-sdk-model.ts'
import { loseMetadata, metadataNames, metadataOf } from './ai-sdk-step.ts'
import { addUIAnswer } from './ai-sdk-ui.ts'
import { addSystemContent, addUserContent, losePart, readContent } from './content-list.ts'
import { type Fields, fieldsOf, listIn, textIn } from './fields.ts'
import { ImportBuilder, type ImportOptions, type ImportResult, requireList } from './import-builder.ts'

/**
 * Makes a turn of the messages of the AI SDK: `UIMessage`s with their parts, `ModelMessage`s (before version 5: `CoreMessage`s), or both. A call that
 * was left without a result gets one that says so. What is wrong with a message is a loss, never an error.
 * @throws TurnError `invalid_value` when it is no list.
 * @see https://ai-sdk.dev/docs/reference/ai-sdk-core/ui-message
 */
export function importAISDKMessages(messages: readonly unknown[], options: ImportOptions = {}): ImportResult {
  const builder = new ImportBuilder(options)
  const model = new SDKModelReader(builder)
  for (const [index, message] of requireList(messages, 'messages').entries()) {
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
  const facts = factsOf(builder, message, path)
  loseMetadata(builder, path, metadataOf(message), false)
  const known = [
    'id',
    'role',
    'metadata',
    'createdAt',
    'parts',
    'content',
    'experimental_attachments',
    ...metadataNames,
  ]
  // Version 4 said the same in several fields.
  builder.loseOthers(
    path,
    message,
    ...known,
    ...(parts === undefined ? [] : ['reasoning', 'toolInvocations', 'revisionId']),
  )
  switch (message.role) {
    case 'system':
    case 'user':
      return addInput(builder, message, path, facts)
    case 'assistant':
      if (parts !== undefined) return addUIAnswer(builder, parts, `${path}.parts`, facts)
      return model.addAnswer(message.content, `${path}.content`, facts)
    case 'tool':
      return model.addResults(message.content, `${path}.content`)
    default:
      builder.lose(path, 'nobody knows who says it: its role is none of the SDK’s')
  }
}

/** What is known of a message as a whole stands on its first block. */
function factsOf(builder: ImportBuilder, message: Fields, path: string): BlockFields {
  const { createdAt: made } = message
  const createdAt = made instanceof Date ? made.getTime() : typeof made === 'string' ? Date.parse(made) : undefined
  const id = textIn(message, 'id')
  const { value: own, problem } = ownJson(message.metadata, 'metadata')
  if (problem !== undefined) builder.lose(`${path}.metadata`, problem.message)
  const origin = defined({ id, metadata: own ?? undefined })
  return {
    ...(createdAt === undefined || Number.isNaN(createdAt) ? {} : { createdAt }),
    ...(Object.keys(origin).length === 0 ? {} : { metadata: { [messageKey]: origin } }),
  }
}

/** Block metadata: the id and metadata of the SDK's message that begins with the block. */
const messageKey = 'geppetto.aiSdkMessage'

function addInput(builder: ImportBuilder, message: Fields, path: string, facts: BlockFields): void {
  const isUI = listIn(message, 'parts') !== undefined
  const place = isUI ? `${path}.parts` : `${path}.content`
  const given = [
    ...asList(isUI ? message.parts : message.content),
    ...(listIn(message, 'experimental_attachments') ?? []),
  ]
  const content = readContent(given, place, builder, (part, at) => {
    loseMetadata(builder, at, metadataOf(part), false)
    if (part.type === 'text') return { type: 'text', text: textIn(part, 'text') ?? '' }
    const isFile = part.type === 'file' || part.type === 'image' || part.type === undefined
    return (isFile ? readSDKFile(part) : undefined) ?? losePart(builder, part, at)
  })
  const add = message.role === 'user' ? addUserContent : addSystemContent
  add(builder, content, path, facts)
}

function asList(content: unknown): readonly unknown[] {
  if (Array.isArray(content)) return content
  return content === undefined || content === null ? [] : [content]
}
