import { isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'
import { checkChatOptions, checkChatTools } from './chat-option-rules.ts'
import type { Findings, HostRules } from './findings.ts'
import { isList, parseJson } from './json.ts'
import { toolNamePattern } from './schema-rules.ts'

// The rules of POST /chat/completions: https://platform.openai.com/docs/api-reference/chat/create, and what its errors say.

const knownFields: ReadonlySet<string> = new Set([
  ...[
    'model',
    'messages',
    'stream',
    'stream_options',
    'tools',
    'tool_choice',
    'parallel_tool_calls',
    'response_format',
  ],
  ...['max_tokens', 'max_completion_tokens', 'temperature', 'top_p', 'n', 'seed', 'stop', 'user', 'metadata', 'store'],
  ...[
    'reasoning_effort',
    'service_tier',
    'frequency_penalty',
    'presence_penalty',
    'logit_bias',
    'logprobs',
    'top_logprobs',
  ],
  ...[
    'prompt_cache_key',
    'prompt_cache_options',
    'prompt_cache_retention',
    'safety_identifier',
    'verbosity',
    'prediction',
  ],
  ...['modalities', 'audio', 'web_search_options'],
])
/** What hosts other than OpenAI take beside that. */
const hostFields: Readonly<Record<string, readonly string[]>> = {
  groq: ['reasoning_format', 'include_reasoning'],
  openrouter: ['reasoning', 'usage', 'provider', 'plugins', 'models', 'include_reasoning'],
  deepseek: ['thinking'],
  mistral: ['random_seed', 'safe_prompt', 'prompt_mode'],
}
const assistantHostFields: Readonly<Record<string, readonly string[]>> = {
  groq: ['reasoning'],
  openrouter: ['reasoning', 'reasoning_details'],
  deepseek: ['reasoning_content', 'prefix'],
  xai: ['reasoning_content'],
  mistral: ['prefix'],
}
const messageFields: Readonly<Record<string, readonly string[]>> = {
  system: ['role', 'content', 'name'],
  developer: ['role', 'content', 'name'],
  user: ['role', 'content', 'name'],
  assistant: ['role', 'content', 'name', 'refusal', 'tool_calls', 'audio'],
  tool: ['role', 'content', 'tool_call_id'],
}
const partTypes: Readonly<Record<string, readonly string[]>> = {
  system: ['text'],
  developer: ['text'],
  user: ['text', 'image_url', 'input_audio', 'file'],
  assistant: ['text', 'refusal'],
  tool: ['text'],
}

/** Reports where the body breaks the rules of Chat Completions. */
export function checkChatRequest(found: Findings, body: JsonObject, { provider = 'openai' }: HostRules): void {
  found.fields(body, new Set([...knownFields, ...(hostFields[provider] ?? [])]), 'body')
  found.text(body['model'], 'model', 'required')
  const messages = found.items(body['messages'], 'messages')
  found.demand(messages.length > 0, 'required', 'messages', 'must not be empty')
  const open = new OpenCalls(found)
  for (const [index, message] of messages.entries())
    checkMessage(found, found.object(message, `messages[${index}]`), `messages[${index}]`, open, provider)
  open.close('the end')
  if (provider === 'mistral') checkEnd(found, messages.at(-1), `messages[${messages.length - 1}]`)
  checkChatTools(found, body, provider)
  checkChatOptions(found, body)
}

/** The calls of the last assistant message that have no result yet. */
class OpenCalls {
  readonly #found: Findings
  readonly #seen = new Set<string>()
  #open = new Set<string>()
  #answered = new Set<string>()

  constructor(found: Findings) {
    this.#found = found
  }

  call(id: string, at: string): void {
    this.#found.demand(!this.#seen.has(id), 'duplicate-call-id', at, `${id} is used twice`)
    this.#seen.add(id)
    this.#open.add(id)
  }

  answer(id: string, at: string): void {
    if (this.#open.delete(id)) this.#answered.add(id)
    else if (this.#answered.has(id)) this.#found.report('duplicate-result', at, `${id} is answered twice`)
    else this.#found.report('orphan-result', at, `no call ${id} stands directly before it`)
  }

  /** Another message comes: all calls must have been answered. */
  close(before: string): void {
    for (const id of this.#open)
      this.#found.report('missing-result', before, `call ${id} has no result directly behind it`)
    this.#open = new Set()
    this.#answered = new Set()
  }
}

/** Mistral: expected last role user or tool, or assistant with prefix true. */
function checkEnd(found: Findings, message: JsonValue | undefined, at: string): void {
  if (isJsonObject(message) && message['role'] === 'assistant')
    found.demand(message['prefix'] === true, 'last-role', at, 'must not be an answer without prefix')
}

function checkMessage(found: Findings, message: JsonObject, at: string, open: OpenCalls, provider: string): void {
  const { role } = message
  const known = typeof role === 'string' ? messageFields[role] : undefined
  if (typeof role !== 'string' || known === undefined) return found.report('role', at, `there is no role ${role}`)
  found.fields(message, new Set([...known, ...(role === 'assistant' ? (assistantHostFields[provider] ?? []) : [])]), at)
  if (role !== 'tool') open.close(at)
  if (role === 'assistant') return checkAssistant(found, message, at, open, provider)
  checkContent(found, message['content'], role, at, provider)
  if (role !== 'tool') return
  const id = message['tool_call_id']
  if (typeof id === 'string') open.answer(id, at)
  else found.report('required', `${at}.tool_call_id`, 'must be there')
}

function checkAssistant(found: Findings, message: JsonObject, at: string, open: OpenCalls, provider: string): void {
  const { content, tool_calls: calls, refusal } = message
  const hasCalls = isList(calls) && calls.length > 0
  if (content !== undefined && content !== null) checkContent(found, content, 'assistant', at, provider)
  else found.demand(hasCalls || typeof refusal === 'string', 'required', `${at}.content`, 'must be there without calls')
  if (calls === undefined) return
  // Mistral sends back an empty list, and takes it; OpenAI refuses it.
  if (provider !== 'mistral') found.demand(hasCalls, 'empty-list', `${at}.tool_calls`, 'must not be empty')
  for (const [index, call] of found.items(calls, `${at}.tool_calls`).entries())
    checkCall(found, found.object(call, at), `${at}.tool_calls[${index}]`, open)
}

function checkCall(found: Findings, call: JsonObject, at: string, open: OpenCalls): void {
  found.fields(call, new Set(['id', 'type', 'function', 'index']), at)
  found.demand(call['type'] === 'function', 'content-type', `${at}.type`, 'must be function')
  const { id } = call
  found.match(id, /^[\x21-\x7e]{1,40}$/, 'call-id', `${at}.id`)
  if (typeof id === 'string') open.call(id, at)
  const target = found.object(call['function'], `${at}.function`)
  found.match(target['name'], toolNamePattern, 'tool-name', `${at}.function.name`)
  const input = target['arguments']
  const isJson = typeof input === 'string' && isJsonObject(parseJson(input))
  found.demand(isJson, 'arguments', `${at}.function.arguments`, 'must be the text of a JSON object')
}

function checkContent(
  found: Findings,
  content: JsonValue | undefined,
  role: string,
  at: string,
  provider: string,
): void {
  if (typeof content === 'string') {
    // An empty result says something; an empty question does not, nor an answer of nothing but spaces.
    if (role !== 'tool' && (role !== 'assistant' || content !== '')) found.text(content, `${at}.content`)
    return
  }
  const parts = found.items(content, `${at}.content`)
  found.demand(parts.length > 0, 'empty-list', `${at}.content`, 'must not be empty')
  for (const [index, value] of parts.entries()) {
    const place = `${at}.content[${index}]`
    const part = found.object(value, place)
    const type = String(part['type'])
    // Mistral’s own form of reasoning in a message.
    const isOwn = provider === 'mistral' && role === 'assistant' && type === 'thinking'
    found.demand(
      isOwn || partTypes[role]?.includes(type) === true,
      'content-type',
      place,
      `${type} may not stand in ${role}`,
    )
    checkPart(found, part, type, place)
  }
}

function checkPart(found: Findings, part: JsonObject, type: string, at: string): void {
  if (type === 'text') {
    found.fields(part, new Set(['type', 'text', 'prompt_cache_breakpoint']), at)
    return found.text(part['text'], `${at}.text`)
  }
  if (type === 'image_url') {
    const { url } = found.object(part['image_url'], at)
    return found.match(
      url,
      /^(https?:\/\/\S|data:image\/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/])/,
      'media',
      `${at}.image_url`,
    )
  }
  if (type === 'input_audio') {
    const audio = found.object(part['input_audio'], at)
    found.match(audio['format'], /^(wav|mp3)$/, 'media', `${at}.format`)
    return found.text(audio['data'], `${at}.data`, 'media')
  }
  if (type === 'file') {
    const file = found.object(part['file'], at)
    const hasData = typeof file['file_data'] === 'string' && typeof file['filename'] === 'string'
    found.demand(hasData || typeof file['file_id'] === 'string', 'media', at, 'needs its data and name, or an id')
  }
}
