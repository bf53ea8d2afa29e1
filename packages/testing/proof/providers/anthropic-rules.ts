import { isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'
import { checkBlock, checkServerCalls } from './anthropic-block-rules.ts'
import type { Findings } from './findings.ts'
import { isList, objectAt, objectsIn, visitObjects } from './json.ts'
import { checkStrictSchema, checkToolSchema } from './schema-rules.ts'

// The rules of POST /v1/messages: https://docs.anthropic.com/en/api/messages, and what its errors say.

const knownFields: ReadonlySet<string> = new Set([
  ...[
    'model',
    'max_tokens',
    'messages',
    'system',
    'tools',
    'tool_choice',
    'stream',
    'stop_sequences',
    'temperature',
    'top_p',
    'top_k',
  ],
  ...[
    'thinking',
    'metadata',
    'service_tier',
    'output_config',
    'output_format',
    'context_management',
    'container',
    'mcp_servers',
  ],
  ...['inference_geo', 'cache_control', 'speed', 'betas'],
])
/** Breakpoints of the prompt cache in one request. */
const maxBreakpoints = 4

/** Reports where the body breaks the rules of Messages. */
export function checkAnthropicRequest(found: Findings, body: JsonObject): void {
  found.fields(body, knownFields, 'body')
  found.text(body['model'], 'model', 'required')
  const most = body['max_tokens']
  found.demand(
    typeof most === 'number' && Number.isInteger(most) && most > 0,
    'required',
    'max_tokens',
    'must be a whole number above 0',
  )
  checkSystem(found, body['system'])
  checkMessages(found, found.items(body['messages'], 'messages'))
  checkTools(found, body)
  checkThinking(found, body)
  checkOptions(found, body)
}

function checkSystem(found: Findings, system: JsonValue | undefined): void {
  if (system === undefined) return
  if (typeof system === 'string') return found.text(system, 'system')
  for (const [index, value] of found.items(system, 'system').entries()) {
    const part = found.object(value, `system[${index}]`)
    found.demand(part['type'] === 'text', 'content-type', `system[${index}]`, 'must be text')
    found.text(part['text'], `system[${index}].text`)
  }
}

function checkMessages(found: Findings, messages: readonly JsonValue[]): void {
  found.demand(messages.length > 0, 'required', 'messages', 'must not be empty')
  const known = new Set<string>()
  let open: ReadonlySet<string> = new Set()
  const running = new Set<string>()
  let before: JsonValue | undefined
  for (const [index, value] of messages.entries()) {
    const at = `messages[${index}]`
    const message = found.object(value, at)
    const { role } = message
    found.fields(message, new Set(['role', 'content']), at)
    if (role === 'system' && index > 0) {
      checkSystemMessage(found, message, [before, objectsIn(messages)[index + 1]?.['role']], at)
      continue
    }
    if (!found.demand(role === 'user' || role === 'assistant', 'role', at, `there is no role ${role}`)) continue
    found.demand(index > 0 || role === 'user', 'first-role', at, 'the user speaks first')
    found.demand(role !== before, 'alternation', at, `${role} twice in a row`)
    before = role
    const isLast = index === messages.length - 1
    const blocks = blocksOf(found, message['content'], at, role === 'assistant' && isLast)
    if (role === 'user') answerCalls(found, blocks, open, at)
    else for (const id of open) found.report('missing-result', at, `call ${id} has no result in the next message`)
    for (const [position, block] of blocks.entries())
      checkBlock(found, block, role === 'user' ? 'user' : 'assistant', `${at}.content[${position}]`)
    open = role === 'assistant' ? callsOf(found, blocks, known, at) : new Set()
    if (role === 'assistant') checkServerCalls(found, blocks, running, at)
    else if (blocks.length === 0 || blocks.some(({ type }) => type !== 'tool_result')) {
      for (const id of running) found.report('missing-result', at, `call ${id} has no result before it`)
      running.clear()
    }
    if (role === 'assistant') checkThought(found, blocks, at)
    if (role === 'assistant' && isLast) checkEnd(found, blocks, at)
  }
  for (const id of open) found.report('missing-result', 'the end', `call ${id} has no result`)
}

/** https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages */
function checkSystemMessage(
  found: Findings,
  { content }: JsonObject,
  [before, after]: readonly (JsonValue | undefined)[],
  at: string,
): void {
  found.demand(before === 'user', 'role', at, 'system text must follow the user')
  found.demand(after === undefined || after === 'assistant', 'role', at, 'the model must follow system text')
  checkSystem(found, content)
}

function blocksOf(
  found: Findings,
  content: JsonValue | undefined,
  at: string,
  isPrefill: boolean,
): readonly JsonObject[] {
  if (typeof content === 'string') {
    found.text(content, `${at}.content`)
    return isPrefill ? [{ type: 'text', text: content }] : []
  }
  const blocks = found.items(content, `${at}.content`)
  found.demand(blocks.length > 0, 'empty-list', `${at}.content`, 'must not be empty')
  return objectsIn(blocks)
}

/** The calls of a message; each id is used once in a conversation. */
function callsOf(found: Findings, blocks: readonly JsonObject[], known: Set<string>, at: string): ReadonlySet<string> {
  const calls = new Set<string>()
  for (const { type, id } of blocks) {
    if (type !== 'tool_use' || typeof id !== 'string') continue
    found.demand(!known.has(id), 'duplicate-call-id', at, `${id} is used twice`)
    known.add(id)
    calls.add(id)
  }
  return calls
}

/** All results of the calls before, and no others, stand first in the user's message. */
function answerCalls(found: Findings, blocks: readonly JsonObject[], open: ReadonlySet<string>, at: string): void {
  const missing = new Set(open)
  let isPastResults = false
  for (const { type, tool_use_id: id } of blocks) {
    if (type !== 'tool_result') {
      isPastResults = true
      continue
    }
    found.demand(!isPastResults || open.size === 0, 'result-order', at, 'results come first in their message')
    if (typeof id !== 'string') found.report('required', `${at}.tool_use_id`, 'must be there')
    else if (!open.has(id)) found.report('orphan-result', at, `no call ${id} is in the message before`)
    else found.demand(missing.delete(id), 'duplicate-result', at, `${id} is answered twice`)
  }
  for (const id of missing) found.report('missing-result', at, `call ${id} has no result here`)
}

/** A message of the model that thinks says or calls something too. */
function checkThought(found: Findings, blocks: readonly JsonObject[], at: string): void {
  const isOnlyThought =
    blocks.length > 0 && blocks.every(({ type }) => type === 'thinking' || type === 'redacted_thinking')
  found.demand(!isOnlyThought, 'thinking-only', at, 'may not only think')
}

/** What the last message may end with, when the model is to go on from it. */
function checkEnd(found: Findings, blocks: readonly JsonObject[], at: string): void {
  const last = blocks.at(-1) ?? {}
  const { type, text } = last
  found.demand(type !== 'thinking' && type !== 'redacted_thinking', 'thinking-last', at, 'may not end in thinking')
  if (type === 'text' && typeof text === 'string')
    found.demand(text === text.trimEnd(), 'trailing-space', at, 'may not end in white space')
}

function checkTools(found: Findings, body: JsonObject): void {
  const { tools, tool_choice: choice } = body
  const names = new Set<string>()
  for (const [index, value] of (tools === undefined ? [] : found.items(tools, 'tools')).entries()) {
    const at = `tools[${index}]`
    const tool = found.object(value, at)
    const { type } = tool
    if (type === 'mcp_toolset') continue
    const name = String(tool['name'])
    found.match(tool['name'], /^[a-zA-Z0-9_-]{1,64}$/, 'tool-name', `${at}.name`)
    found.demand(!names.has(name), 'duplicate-tool', at, `${name} is there twice`)
    names.add(name)
    if (type !== undefined && type !== 'custom') {
      found.match(type, /^[a-z_]+_20\d{6}$/, 'tool-type', `${at}.type`)
      continue
    }
    const schema = found.object(tool['input_schema'], `${at}.input_schema`)
    checkToolSchema(found, schema, `${at}.input_schema`)
    if (tool['strict'] === true) checkStrictSchema(found, schema, at, false)
  }
  if (choice === undefined) return
  const { type, name } = found.object(choice, 'tool_choice')
  found.demand(names.size > 0 || type === 'none', 'tool-choice', 'tool_choice', 'needs tools')
  found.demand(
    ['auto', 'any', 'tool', 'none'].includes(String(type)),
    'tool-choice',
    'tool_choice',
    `is not known: ${type}`,
  )
  if (type === 'tool') found.demand(names.has(String(name)), 'tool-choice', 'tool_choice', `no tool ${name}`)
}

function checkThinking(found: Findings, body: JsonObject): void {
  const { thinking, temperature, tool_choice: choice, max_tokens: most } = body
  if (thinking === undefined) return
  const { type, budget_tokens: budget } = found.object(thinking, 'thinking')
  found.demand(
    ['enabled', 'adaptive', 'disabled'].includes(String(type)),
    'thinking',
    'thinking',
    `is not known: ${type}`,
  )
  if (type === 'disabled') return
  if (type === 'enabled') {
    const fits = typeof budget === 'number' && typeof most === 'number' && budget >= 1_024 && budget < most
    found.demand(fits, 'thinking', 'thinking.budget_tokens', 'from 1024 to below max_tokens')
  }
  found.demand(temperature === undefined || temperature === 1, 'thinking', 'temperature', 'must be 1 with thinking')
  const isForced = isJsonObject(choice) && (choice['type'] === 'any' || choice['type'] === 'tool')
  found.demand(!isForced, 'thinking', 'tool_choice', 'may not force a tool with thinking')
}

function checkOptions(found: Findings, body: JsonObject): void {
  const { stop_sequences: stops, output_config: config, output_format: format } = body
  for (const [index, stop] of (isList(stops) ? stops : []).entries()) found.text(stop, `stop_sequences[${index}]`)
  for (const form of [isJsonObject(config) ? objectAt(config, 'format') : {}, isJsonObject(format) ? format : {}])
    if (form['type'] === 'json_schema')
      checkStrictSchema(found, found.object(form['schema'], 'format.schema'), 'format', false)
  let breakpoints = 0
  let isPastShort = false
  // In the order in which they are read; one of the request itself stands at its end.
  const { tools, system, messages, cache_control: ofAll } = body
  visitObjects(
    { tools, system, messages, ofAll: ofAll === undefined ? undefined : { cache_control: ofAll } },
    (object) => {
      if (!isJsonObject(object['cache_control'])) return
      breakpoints++
      const isHour = object['cache_control']['ttl'] === '1h'
      found.demand(!isHour || !isPastShort, 'cache-order', 'cache_control', 'an hour may not stand behind minutes')
      isPastShort ||= !isHour
      found.match(object['cache_control']['type'], /^ephemeral$/, 'cache-control', 'cache_control.type')
    },
  )
  found.demand(breakpoints <= maxBreakpoints, 'cache-control', 'cache_control', `at most ${maxBreakpoints}`)
}
