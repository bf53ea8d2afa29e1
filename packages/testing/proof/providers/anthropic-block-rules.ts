import { isJsonObject, type JsonObject } from '@geppetto/turns'
import type { Findings } from './findings.ts'
import { objectsIn } from './json.ts'

/** The fields of each block, by who may say it. */
const blockFields: Readonly<Record<'user' | 'assistant', Readonly<Record<string, readonly string[]>>>> = {
  user: {
    text: ['text', 'citations'],
    image: ['source'],
    document: ['source', 'title', 'context', 'citations'],
    search_result: ['source', 'title', 'content', 'citations'],
    tool_result: ['tool_use_id', 'content', 'is_error'],
    container_upload: ['file_id'],
  },
  assistant: {
    text: ['text', 'citations'],
    thinking: ['thinking', 'signature'],
    redacted_thinking: ['data'],
    tool_use: ['id', 'name', 'input', 'caller'],
    server_tool_use: ['id', 'name', 'input', 'caller'],
    mcp_tool_use: ['id', 'name', 'input', 'server_name'],
    mcp_tool_result: ['tool_use_id', 'content', 'is_error'],
    compaction: ['content'],
    container_upload: ['file_id'],
  },
}
const resultPattern =
  /^(web_search|web_fetch|code_execution|bash_code_execution|text_editor_code_execution|tool_search)_tool_result$/
const resultParts: ReadonlySet<string> = new Set(['text', 'image', 'document', 'search_result', 'tool_reference'])

/** Reports where a block breaks the rules. */
export function checkBlock(found: Findings, block: JsonObject, role: 'user' | 'assistant', at: string): void {
  const type = String(block['type'])
  const isServerResult = role === 'assistant' && resultPattern.test(type)
  const fields = isServerResult ? ['tool_use_id', 'content', 'caller'] : blockFields[role][type]
  if (fields === undefined) return found.report('content-type', at, `${type} may not stand in a message of ${role}`)
  found.fields(block, new Set(['type', 'cache_control', ...fields]), at)
  if (type === 'text') found.text(block['text'], `${at}.text`)
  else if (type === 'image' || type === 'document') checkSource(found, type, found.object(block['source'], at), at)
  else if (type === 'thinking') checkThinking(found, block, at)
  else if (type === 'redacted_thinking') found.text(block['data'], `${at}.data`, 'signature')
  else if (type === 'tool_use') checkCall(found, block, /^[a-zA-Z0-9_-]{1,64}$/, at)
  else if (type === 'server_tool_use') checkCall(found, block, /^srvtoolu_[a-zA-Z0-9_]{1,64}$/, at)
  else if (type === 'mcp_tool_use') checkCall(found, block, /^[a-zA-Z0-9_-]{1,64}$/, at)
  else if (type === 'tool_result') checkResult(found, block, at)
}

function checkThinking(found: Findings, block: JsonObject, at: string): void {
  found.demand(typeof block['thinking'] === 'string', 'required', `${at}.thinking`, 'must be there, if empty')
  found.text(block['signature'], `${at}.signature`, 'signature')
  found.demand(block['cache_control'] === undefined, 'cache-control', at, 'thinking may not be a breakpoint')
}

function checkCall(found: Findings, block: JsonObject, id: RegExp, at: string): void {
  found.match(block['id'], id, 'call-id', `${at}.id`)
  found.match(block['name'], /^[a-zA-Z0-9_-]{1,64}$/, 'tool-name', `${at}.name`)
  found.demand(isJsonObject(block['input']), 'arguments', `${at}.input`, 'must be an object')
}

function checkResult(found: Findings, block: JsonObject, at: string): void {
  const { content } = block
  if (content === undefined || typeof content === 'string') return
  for (const [index, value] of found.items(content, `${at}.content`).entries()) {
    const place = `${at}.content[${index}]`
    const part = found.object(value, place)
    const type = String(part['type'])
    if (!found.demand(resultParts.has(type), 'content-type', place, `${type} may not stand in a result`)) continue
    found.demand(type === 'text' || block['is_error'] !== true, 'error-media', place, 'an error holds text alone')
    if (type === 'text') found.text(part['text'], `${place}.text`)
    if (type === 'image' || type === 'document') checkSource(found, type, found.object(part['source'], place), place)
  }
}

function checkSource(found: Findings, block: 'image' | 'document', source: JsonObject, at: string): void {
  const { type, media_type: mediaType, data, url, file_id: file } = source
  const types = block === 'image' ? /^image\/(png|jpeg|gif|webp)$/ : /^application\/pdf$/
  if (type === 'base64') {
    found.match(mediaType, types, 'media', `${at}.media_type`)
    found.match(data, /^[A-Za-z0-9+/]+={0,2}$/, 'media', `${at}.data`)
  } else if (type === 'url') found.match(url, /^https?:\/\/\S/, 'media', `${at}.url`)
  else if (type === 'file') found.text(file, `${at}.file_id`, 'media')
  else if (block === 'document' && type === 'text') {
    found.match(mediaType, /^text\/plain$/, 'media', `${at}.media_type`)
    found.text(data, `${at}.data`)
  } else found.demand(block === 'document' && type === 'content', 'media', at, `there is no source ${type}`)
}

/**
 * What the provider ran stands with its result in the same message; only one with nothing but results behind it may wait for one.
 * @param open the calls that earlier messages left open.
 */
export function checkServerCalls(found: Findings, blocks: readonly JsonObject[], open: Set<string>, at: string): void {
  for (const block of blocks) {
    const { type, id, tool_use_id: answered } = block
    if ((type === 'server_tool_use' || type === 'mcp_tool_use') && typeof id === 'string') open.add(id)
    const isResult = typeof type === 'string' && (resultPattern.test(type) || type === 'mcp_tool_result')
    if (!isResult) continue
    found.demand(
      typeof answered === 'string' && open.delete(answered),
      'orphan-result',
      at,
      `no call ${answered} before it`,
    )
    if (type === 'web_search_tool_result')
      for (const result of objectsIn(block['content']))
        found.text(result['encrypted_content'], `${at}.encrypted_content`, 'signature')
  }
}
