import { isJsonObject, type JsonObject } from '@geppetto/turns'
import type { Findings } from './findings.ts'
import { isList } from './json.ts'
import { checkStrictSchema, checkToolSchema, toolNamePattern } from './schema-rules.ts'

/** The tools that are offered, and the choice among them. */
export function checkChatTools(found: Findings, body: JsonObject, provider: string): void {
  const { tools, tool_choice: choice } = body
  if (tools === undefined) {
    found.demand(choice === undefined || choice === 'none', 'tool-choice', 'tool_choice', 'needs tools')
    return void found.demand(
      body['parallel_tool_calls'] === undefined,
      'tool-choice',
      'parallel_tool_calls',
      'needs tools',
    )
  }
  const names = new Set<string>()
  for (const [index, value] of found.items(tools, 'tools').entries()) {
    const at = `tools[${index}]`
    const tool = found.object(value, at)
    const isOwn = typeof tool['type'] === 'string' && tool['type'].startsWith(`${provider}:`)
    if (isOwn || !found.demand(tool['type'] === 'function', 'tool-type', at, 'must be function')) continue
    const target = found.object(tool['function'], at)
    const name = String(target['name'])
    found.match(target['name'], toolNamePattern, 'tool-name', `${at}.function.name`)
    found.demand(!names.has(name), 'duplicate-tool', at, `${name} is there twice`)
    names.add(name)
    const parameters = target['parameters']
    if (!isJsonObject(parameters)) continue
    checkToolSchema(found, parameters, `${at}.function.parameters`)
    // Others take the flag and do with it what they like.
    if (provider === 'openai' && target['strict'] === true) checkStrictSchema(found, parameters, at, true)
  }
  found.demand(names.size > 0 || (isList(tools) && tools.length > 0), 'empty-list', 'tools', 'must not be empty')
  if (!isJsonObject(choice)) {
    const isKnown = choice === undefined || choice === 'auto' || choice === 'none' || choice === 'required'
    return void found.demand(isKnown, 'tool-choice', 'tool_choice', 'is not known')
  }
  const { name } = found.object(choice['function'], 'tool_choice.function')
  found.demand(typeof name === 'string' && names.has(name), 'tool-choice', 'tool_choice', `no tool ${name}`)
}

/** Options that have to fit together. */
export function checkChatOptions(found: Findings, body: JsonObject): void {
  const { max_tokens: most, max_completion_tokens: newMost, response_format: format, stop } = body
  found.demand(most === undefined || newMost === undefined, 'conflict', 'max_tokens', 'one of the two limits')
  found.demand(
    body['stream_options'] === undefined || body['stream'] === true,
    'conflict',
    'stream_options',
    'needs stream',
  )
  if (isList(stop)) found.demand(stop.length <= 4, 'stop', 'stop', 'at most 4')
  if (!isJsonObject(format) || format['type'] !== 'json_schema') return
  const schema = found.object(format['json_schema'], 'response_format.json_schema')
  found.match(schema['name'], toolNamePattern, 'tool-name', 'response_format.json_schema.name')
  if (schema['strict'] === true)
    checkStrictSchema(found, found.object(schema['schema'], 'response_format'), 'response_format', true)
}
