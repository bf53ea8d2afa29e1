import { addSystemContent, addUserContent, readContent } from './content-list.ts'
import { type Fields, fieldsOf, textIn } from './fields.ts'
import { ImportBuilder, type ImportResult, requireList } from './import-builder.ts'
import type { ImportOptions } from './import-options.ts'
import { assertForm } from './message-forms.ts'
import { ResponseAnswer } from './responses-answer.ts'
import { addCallOutput } from './responses-output.ts'
import { readResponsesPart } from './responses-part.ts'

/**
 * Makes a turn of the items of OpenAI's Responses: `input` of a request, or of `output` in its answers. Output items in a row count as one answer. What
 * is wrong with an item is a loss, never an error.
 * @throws TurnError `invalid_value` when it is no list, or one of messages that another importer reads.
 * @see https://platform.openai.com/docs/api-reference/responses/create
 */
export function importOpenAIResponsesItems(items: readonly unknown[], options: ImportOptions = {}): ImportResult {
  assertForm(requireList(items, 'items'), 'openai-responses', 'items')
  const builder = new ImportBuilder(options)
  const answer = new ResponseAnswer(builder)
  for (const [index, item] of builder.watch(items, 'items').entries()) {
    const path = `items[${index}]`
    const fields = fieldsOf(item)
    if (fields === undefined) builder.lose(path, 'it is no item')
    else addItem(builder, answer, fields, path)
  }
  answer.end()
  return builder.finish()
}

function addItem(builder: ImportBuilder, answer: ResponseAnswer, item: Fields, path: string): void {
  const type = textIn(item, 'type') ?? (item.role === undefined ? undefined : 'message')
  if (type === 'message' && item.role !== 'assistant') {
    answer.end()
    return addInput(builder, item, path)
  }
  if (type === undefined || type === 'item_reference') {
    answer.end()
    return builder.lose(path, 'what it refers to is kept by the provider alone')
  }
  if (isOfClient(type)) {
    answer.end()
    return builder.lose(path, `a turn has no place for a ${type}`)
  }
  const callId = type.endsWith('_output') ? (textIn(item, 'call_id') ?? textIn(item, 'id')) : undefined
  if (callId !== undefined && answer.hasClientCall(callId)) {
    answer.end()
    return addCallOutput(builder, item, callId, path)
  }
  if (clientOutputs.has(type)) return builder.lose(path, 'it is the result of a call that was not made before it')
  answer.add(item, path)
}

/** Results that a client alone gives; others may be the provider's too. */
const clientOutputs: ReadonlySet<string> = new Set(
  ['function_call', 'custom_tool_call', 'computer_call', 'local_shell_call', 'apply_patch_call'].map(
    (call) => `${call}_output`,
  ),
)

/** What a client says beside messages and results. */
function isOfClient(type: string): boolean {
  return type === 'mcp_approval_response' || type === 'additional_tools' || type === 'compaction_trigger'
}

function addInput(builder: ImportBuilder, item: Fields, path: string): void {
  const content = readContent(item.content, `${path}.content`, builder, (part, place) =>
    readResponsesPart(builder, part, place),
  )
  if (item.role === 'user') addUserContent(builder, content, path)
  else if (item.role === 'system' || item.role === 'developer') addSystemContent(builder, content, path)
  else builder.lose(path, 'nobody knows who says it: its role is none of the API’s')
}
