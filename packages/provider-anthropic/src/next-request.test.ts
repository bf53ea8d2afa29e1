import { background } from '@geppetto/context'
import { createAdapterEngine, listIn, numberIn, objectIn, type Transport, textIn } from '@geppetto/engine'
import {
  appendBlocks,
  type Block,
  type ContentPart,
  createTurn,
  type InferenceConfig,
  inferenceConfigKey,
  isJsonObject,
  type JsonObject,
  systemBlock,
  type ToolDefinition,
  type Turn,
  toolDefinitionsKey,
  toolResultBlock,
  userBlock,
  withData,
} from '@geppetto/turns'
import { expect, it } from 'vitest'
import { anthropicAdapter } from './index.ts'
import { readPayload } from './native.ts'
import { answerWith, type Recording, recording } from './recordings.test-helper.ts'
import { without } from './wire.ts'

/** Conversations in which the model's answer comes back in the next request, by their files. */
const conversations: readonly (readonly string[])[] = [
  ['parallel-tools-json.1', 'parallel-tools-json.2'],
  ['parallel-tools-stream.1', 'parallel-tools-stream.2'],
  ['pause-turn.1', 'pause-turn.2'],
  ['thinking-omitted.1', 'thinking-omitted.2'],
  ['thinking-tool-loop-json.1', 'thinking-tool-loop-json.2'],
  ['thinking-tool-loop-stream.1', 'thinking-tool-loop-stream.2'],
  ['tool-loop-json.1', 'tool-loop-json.2'],
  ['tool-loop-stream.1', 'tool-loop-stream.2'],
  ['tool-no-args.1', 'tool-no-args.2'],
  ['tool-result-is-error.1', 'tool-result-is-error.2', 'tool-result-is-error.3'],
  ['web-fetch.1', 'web-fetch.2'],
]

it.each(conversations.map((names) => [names.join(' → '), names] as const))(
  '%s: the next request says what the API accepted',
  async (_title, names) => {
    const [first, ...rest] = names.map(recording)
    if (first === undefined) throw new Error('an empty conversation')
    let turn = firstTurn(bodyOf(first))
    let answered = first
    for (const next of rest) {
      const { turn: result } = await answerWith(answered.response, { turn, model: first.model })
      turn = appendBlocks(result, ...said(bodyOf(next), result))
      expect(meaning(await requestOf(turn, first.model))).toEqual(meaning(bodyOf(next)))
      answered = next
    }
  },
)

it('a paused message and what it was gone on with go back as one message', async () => {
  const names = ['pause-turn.1', 'pause-turn.2'].map(recording)
  let turn = createTurn({ blocks: [userBlock('Search')] })
  for (const { response, model } of names) turn = (await answerWith(response, { turn, model })).turn
  turn = appendBlocks(turn, userBlock('And now?'))
  const body = await requestOf(turn, 'claude-sonnet-4-5')
  const sent = names.flatMap(({ response }) => listIn(JSON.parse(response.body), 'content'))
  const messages = listIn(body, 'messages').filter(isJsonObject)
  expect(messages.map((message) => message.role)).toEqual(['user', 'assistant', 'user'])
  expect(messages[1]?.content).toEqual(sent)
})

function bodyOf({ request }: Recording): JsonObject {
  if (request === null) throw new Error('a recording without its request')
  return request.body
}

async function requestOf(turn: Turn, model: string): Promise<JsonObject> {
  const transport: Transport = { host: 'api.anthropic.com', send: () => Promise.reject(new Error('not sent')) }
  const engine = createAdapterEngine(anthropicAdapter({ cache: 'off' }), transport, { defaults: { model } })
  const body: unknown = JSON.parse(engine.prepare?.(background(), turn).body ?? '')
  if (!isJsonObject(body)) throw new Error('a body is an object')
  return body
}

/** A conversation's first request as a turn. */
function firstTurn(body: JsonObject): Turn {
  const system = typeof body.system === 'string' ? [body.system] : listIn(body, 'system').map(textOfBlock)
  const thinking = objectIn(body, 'thinking')
  const budget = numberIn(thinking, 'budget_tokens')
  // Both count in the API's limit.
  const limit = numberIn(body, 'max_tokens')
  const maxOutputTokens = limit === undefined ? undefined : limit - (budget ?? 0)
  const config: InferenceConfig = {
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(thinking === undefined ? {} : { reasoning: budget === undefined ? {} : { budget } }),
    // As they were: those that the provider runs itself too.
    ...(body.tools === undefined ? {} : { providerOptions: { 'anthropic-messages': { tools: body.tools } } }),
  }
  const turn = createTurn({
    blocks: [...system.map((text) => systemBlock(text)), ...said(body, createTurn())],
  })
  return withData(withData(turn, inferenceConfigKey, config), toolDefinitionsKey, definitions(body))
}

function definitions(body: JsonObject): readonly ToolDefinition[] {
  return listIn(body, 'tools')
    .filter(isJsonObject)
    .filter((tool) => tool.input_schema !== undefined)
    .map((tool) => ({
      name: textIn(tool, 'name') ?? '',
      description: textIn(tool, 'description') ?? '',
      inputSchema: objectIn(tool, 'input_schema') ?? {},
    }))
}

/** What a request adds at its end, as blocks: results of the calls of the turn, and what the user says. */
function said(body: JsonObject, turn: Turn): readonly Block[] {
  const message = listIn(body, 'messages').at(-1)
  if (!isJsonObject(message) || message.role !== 'user') return []
  return contentOf(message).map((block) => {
    if (block.type !== 'tool_result') return userBlock(textOfBlock(block))
    const call = turn.blocks.find((one) => readPayload(one)?.block.id === block.tool_use_id)
    if (call?.kind !== 'tool-call') throw new Error('a result without its call')
    const text = typeof block.content === 'string' ? block.content : undefined
    const parts = listIn(block, 'content').map((part): ContentPart => ({ type: 'text', text: textOfBlock(part) }))
    const outcome = block.is_error === true ? 'error' : 'ok'
    return toolResultBlock({ callId: call.callId, name: call.name, outcome, content: text ?? parts })
  })
}

function contentOf(message: JsonObject): readonly JsonObject[] {
  const { content } = message
  return typeof content === 'string'
    ? [{ type: 'text', text: content }]
    : listIn(message, 'content').filter(isJsonObject)
}

function textOfBlock(block: unknown): string {
  return (isJsonObject(block) ? textIn(block, 'text') : undefined) ?? ''
}

/** A request less how it is written: marks for the cache, defaults that are said or not, a text in place of a list of one. */
function meaning(body: JsonObject): unknown {
  const { stream: _, tool_choice: choice, ...rest } = withoutMarks(body)
  const said = objectIn({ choice }, 'choice')
  const system = typeof rest.system === 'string' ? [{ type: 'text', text: rest.system }] : rest.system
  return {
    ...rest,
    ...(system === undefined ? {} : { system }),
    ...(said === undefined || said.type === 'auto' ? {} : { tool_choice: said }),
    messages: listIn(rest, 'messages').map((message) => (isJsonObject(message) ? meaningOfMessage(message) : message)),
  }
}

function meaningOfMessage(message: JsonObject): unknown {
  return {
    role: message.role,
    content: contentOf(message).map((block) => {
      const isDirect = objectIn(block, 'caller')?.type === 'direct'
      const unsaid = [...(block.citations === null ? ['citations'] : []), ...(isDirect ? ['caller'] : [])]
      const { is_error, ...rest } = without(block, ...unsaid)
      const text = typeof rest.content === 'string' ? { content: [{ type: 'text', text: rest.content }] } : undefined
      return { ...rest, ...text, ...(is_error === true ? { is_error } : {}) }
    }),
  }
}

function withoutMarks(value: unknown): JsonObject {
  return JSON.parse(JSON.stringify(value), (name, field) => (name === 'cache_control' ? undefined : field))
}
