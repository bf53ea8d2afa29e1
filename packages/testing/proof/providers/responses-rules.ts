import { isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'
import type { Findings } from './findings.ts'
import { isList, objectAt, parseJson } from './json.ts'
import { checkResponsesTools } from './responses-tool-rules.ts'
import { checkStrictSchema, toolNamePattern } from './schema-rules.ts'

// The rules of POST /responses: https://platform.openai.com/docs/api-reference/responses/create, and what its errors say.

const knownFields: ReadonlySet<string> = new Set([
  ...['model', 'input', 'instructions', 'stream', 'stream_options', 'tools', 'tool_choice', 'parallel_tool_calls'],
  ...['max_output_tokens', 'temperature', 'top_p', 'text', 'reasoning', 'include', 'store', 'previous_response_id'],
  ...['metadata', 'user', 'safety_identifier', 'prompt_cache_key', 'prompt_cache_options', 'prompt_cache_retention'],
  ...[
    'service_tier',
    'truncation',
    'background',
    'conversation',
    'prompt',
    'max_tool_calls',
    'top_logprobs',
    'context_management',
  ],
])
const partTypes: Readonly<Record<string, readonly string[]>> = {
  user: ['input_text', 'input_image', 'input_file', 'input_audio'],
  system: ['input_text', 'input_image', 'input_file'],
  developer: ['input_text', 'input_image', 'input_file'],
  assistant: ['output_text', 'refusal'],
}
const outputParts: readonly string[] = ['input_text', 'input_image', 'input_file']
/** Items that the provider's own tools leave, with the beginning of their ids. */
const serverItems: Readonly<Record<string, string>> = {
  web_search_call: 'ws_',
  file_search_call: 'fs_',
  code_interpreter_call: 'ci_',
  image_generation_call: 'ig_',
  mcp_call: 'mcp_',
  mcp_list_tools: 'mcpl_',
  mcp_approval_request: 'mcpr_',
  program: 'cm_',
  program_output: 'cmo_',
  tool_search_call: 'tsc_',
  tool_search_output: 'tso_',
}
/** Calls that the client runs beside functions, with the item that answers them. */
const otherCalls: Readonly<Record<string, string>> = {
  local_shell_call: 'local_shell_call_output',
  shell_call: 'shell_call_output',
  apply_patch_call: 'apply_patch_call_output',
  custom_tool_call: 'custom_tool_call_output',
}
/** The answers to what a server asked. */
const approvalResponse = 'mcp_approval_response'
const otherOutputs: ReadonlySet<string> = new Set(Object.values(otherCalls))

/** Reports where the body breaks the rules of Responses. */
export function checkResponsesRequest(found: Findings, body: JsonObject): void {
  found.fields(body, knownFields, 'body')
  found.text(body['model'], 'model', 'required')
  const { input } = body
  if (typeof input === 'string') found.text(input, 'input')
  else checkItems(found, found.items(input, 'input'), body)
  checkResponsesTools(found, body)
  const { stream, stream_options: streamOptions, text } = body
  found.demand(streamOptions === undefined || stream === true, 'conflict', 'stream_options', 'needs stream')
  const format = isJsonObject(text) ? objectAt(text, 'format') : {}
  if (format['type'] !== 'json_schema') return
  found.match(format['name'], toolNamePattern, 'tool-name', 'text.format.name')
  if (format['strict'] === true)
    checkStrictSchema(found, found.object(format['schema'], 'text.format'), 'text.format', true)
}

/** What is known while the items are read in order. */
class Walk {
  readonly found: Findings
  readonly isStateless: boolean
  /** What came before is kept by the provider: results may answer it. */
  readonly continues: boolean
  readonly ids = new Set<string>()
  readonly calls = new Set<string>()
  readonly open = new Set<string>()
  /** A reasoning item whose following item has not come. */
  reasoning: string | undefined

  constructor(found: Findings, body: JsonObject) {
    this.found = found
    this.isStateless = body['store'] === false
    this.continues = typeof body['previous_response_id'] === 'string'
  }

  /** Somebody else speaks, or nobody does: what is open stays open for ever. */
  endStep(at: string): void {
    for (const id of this.open) this.found.report('missing-result', at, `call ${id} has no result before it`)
    this.open.clear()
    this.endReasoning(at)
  }

  endReasoning(at: string): void {
    if (this.reasoning !== undefined)
      this.found.report('dangling-reasoning', at, 'reasoning lacks the item that it led to')
    this.reasoning = undefined
  }
}

function checkItems(found: Findings, items: readonly JsonValue[], body: JsonObject): void {
  found.demand(
    items.length > 0 || typeof body['previous_response_id'] === 'string',
    'required',
    'input',
    'must not be empty',
  )
  const walk = new Walk(found, body)
  for (const [index, value] of items.entries())
    checkItem(walk, found.object(value, `input[${index}]`), `input[${index}]`)
  walk.endStep('the end')
}

function checkItem(walk: Walk, item: JsonObject, at: string): void {
  const { found } = walk
  const type = item['type'] ?? 'message'
  const { id } = item
  if (typeof id === 'string') {
    found.demand(!walk.ids.has(id), 'duplicate-item', `${at}.id`, `${id} is there twice`)
    walk.ids.add(id)
    found.match(id, /^[a-zA-Z0-9_-]{1,64}$/, 'item-id', `${at}.id`)
  }
  if (type === 'message') return checkMessage(walk, item, at)
  if (type === 'reasoning') return checkReasoning(walk, item, at)
  if (type === 'function_call') return checkCall(walk, item, at)
  if (type === 'function_call_output') return checkOutput(walk, item, at)
  if (type === 'item_reference' || type === 'compaction') return found.text(id, `${at}.id`, 'required')
  if (typeof type === 'string' && Object.hasOwn(otherCalls, type)) return openCall(walk, item, at)
  if (typeof type === 'string' && otherOutputs.has(type)) return answerCall(walk, item, at)
  if (type === approvalResponse) return checkApproval(walk, item, at)
  const prefix = typeof type === 'string' ? serverItems[type] : undefined
  if (prefix === undefined) return found.report('content-type', at, `there is no item ${type}`)
  found.demand(typeof id === 'string' && id.startsWith(prefix), 'item-id', `${at}.id`, `must begin with ${prefix}`)
  walk.reasoning = undefined
}

function checkApproval(walk: Walk, item: JsonObject, at: string): void {
  const { found } = walk
  const { approval_request_id: id, approve } = item
  found.fields(item, new Set(['type', 'id', 'approval_request_id', 'approve', 'reason']), at)
  found.demand(typeof approve === 'boolean', 'required', `${at}.approve`, 'must be true or false')
  const isKnown = typeof id === 'string' && walk.ids.has(id)
  found.demand(isKnown || walk.continues, 'orphan-result', at, `there is no question ${id} before it`)
}

function checkMessage(walk: Walk, item: JsonObject, at: string): void {
  const { found } = walk
  const { role, content, id } = item
  const types = typeof role === 'string' ? partTypes[role] : undefined
  if (types === undefined) return found.report('role', at, `there is no role ${role}`)
  found.fields(item, new Set(['type', 'role', 'content', 'id', 'status', 'phase']), at)
  if (role === 'assistant') {
    walk.reasoning = undefined
    if (id !== undefined) found.match(id, /^msg_/, 'item-id', `${at}.id`)
  } else walk.endStep(at)
  if (typeof content === 'string') return found.text(content, `${at}.content`)
  const parts = found.items(content, `${at}.content`)
  found.demand(parts.length > 0, 'empty-list', `${at}.content`, 'must not be empty')
  for (const [index, part] of parts.entries())
    checkPart(found, found.object(part, at), types, `${at}.content[${index}]`)
}

function checkPart(found: Findings, part: JsonObject, types: readonly string[], at: string): void {
  const type = String(part['type'])
  if (!found.demand(types.includes(type), 'content-type', at, `${type} may not stand here`)) return
  if (type === 'input_text' || type === 'output_text') return found.text(part['text'], `${at}.text`)
  if (type === 'refusal') return found.text(part['refusal'], `${at}.refusal`)
  if (type === 'input_image') {
    const { image_url: url, file_id: file } = part
    const isImage =
      typeof url === 'string' && /^(https?:\/\/\S|data:image\/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/])/.test(url)
    found.demand(isImage || typeof file === 'string', 'media', at, 'needs an image of a known type')
  }
  if (type === 'input_file') {
    const hasData = typeof part['file_data'] === 'string' && typeof part['filename'] === 'string'
    const isElsewhere = typeof part['file_id'] === 'string' || typeof part['file_url'] === 'string'
    found.demand(hasData || isElsewhere, 'media', at, 'needs its data and name, an address, or an id')
  }
}

function checkReasoning(walk: Walk, item: JsonObject, at: string): void {
  const { found } = walk
  found.fields(item, new Set(['type', 'id', 'summary', 'content', 'encrypted_content', 'status']), at)
  found.demand(isList(item['summary']), 'required', `${at}.summary`, 'must be a list, if an empty one')
  if (item['id'] !== undefined) found.match(item['id'], /^rs_/, 'item-id', `${at}.id`)
  const secret = item['encrypted_content']
  // What is not kept there cannot be looked up by its id.
  if (walk.isStateless) found.text(secret, `${at}.encrypted_content`, 'reasoning-content')
  else
    found.demand(
      typeof secret === 'string' || typeof item['id'] === 'string',
      'reasoning-content',
      at,
      'needs id or content',
    )
  walk.reasoning = at
}

function checkCall(walk: Walk, item: JsonObject, at: string): void {
  const { found } = walk
  found.fields(item, new Set(['type', 'id', 'call_id', 'name', 'arguments', 'status', 'namespace', 'caller']), at)
  if (item['id'] !== undefined) found.match(item['id'], /^fc_/, 'item-id', `${at}.id`)
  found.match(item['name'], toolNamePattern, 'tool-name', `${at}.name`)
  const input = item['arguments']
  const isJson = typeof input === 'string' && isJsonObject(parseJson(input))
  found.demand(isJson, 'arguments', `${at}.arguments`, 'must be the text of a JSON object')
  openCall(walk, item, at)
}

function openCall(walk: Walk, item: JsonObject, at: string): void {
  walk.reasoning = undefined
  const { call_id: id } = item
  walk.found.match(id, /^[\x21-\x7e]{1,64}$/, 'call-id', `${at}.call_id`)
  if (typeof id !== 'string') return
  walk.found.demand(!walk.calls.has(id), 'duplicate-call-id', at, `${id} is used twice`)
  walk.calls.add(id)
  walk.open.add(id)
}

function checkOutput(walk: Walk, item: JsonObject, at: string): void {
  const { found } = walk
  found.fields(item, new Set(['type', 'id', 'call_id', 'output', 'status', 'caller']), at)
  const { output } = item
  if (typeof output !== 'string')
    for (const [index, part] of found.items(output, `${at}.output`).entries())
      checkPart(found, found.object(part, at), outputParts, `${at}.output[${index}]`)
  answerCall(walk, item, at)
}

function answerCall(walk: Walk, item: JsonObject, at: string): void {
  walk.endReasoning(at)
  const { call_id: id } = item
  if (typeof id !== 'string') return walk.found.report('required', `${at}.call_id`, 'must be there')
  if (walk.open.delete(id)) return
  if (walk.calls.has(id)) walk.found.report('duplicate-result', at, `${id} is answered twice, or too late`)
  else walk.found.demand(walk.continues, 'orphan-result', at, `there is no call ${id} before it`)
}
