import { isJsonObject, type JsonObject } from '@geppetto/turns'
import type { Findings } from './findings.ts'
import { checkStrictSchema, checkToolSchema, toolNamePattern } from './schema-rules.ts'

/** The tools that are offered, and the choice among them. */
export function checkResponsesTools(found: Findings, body: JsonObject): void {
  const { tools, tool_choice: choice } = body
  const names = new Set<string>()
  const types = new Set<string>()
  for (const [index, value] of (tools === undefined ? [] : found.items(tools, 'tools')).entries()) {
    const at = `tools[${index}]`
    const tool = found.object(value, at)
    types.add(String(tool['type']))
    if (tool['type'] !== 'function') {
      found.match(
        tool['type'],
        /^(web_search|file_search|code_interpreter|mcp|image_generation|local_shell|shell|apply_patch|computer|custom|tool_search|programmatic_tool_calling|namespace)/,
        'tool-type',
        at,
      )
      continue
    }
    const name = String(tool['name'])
    found.match(tool['name'], toolNamePattern, 'tool-name', `${at}.name`)
    found.demand(!names.has(name), 'duplicate-tool', at, `${name} is there twice`)
    names.add(name)
    const parameters = found.object(tool['parameters'], `${at}.parameters`)
    checkToolSchema(found, parameters, `${at}.parameters`)
    if (tool['strict'] === true) checkStrictSchema(found, parameters, at, true)
  }
  if (choice === undefined || choice === 'none') return
  found.demand(types.size > 0, 'tool-choice', 'tool_choice', 'needs tools')
  if (!isJsonObject(choice))
    return void found.demand(choice === 'auto' || choice === 'required', 'tool-choice', 'tool_choice', 'is not known')
  const isThere =
    choice['type'] === 'function'
      ? names.has(String(choice['name']))
      : types.has(String(choice['type'])) || choice['type'] === 'allowed_tools'
  found.demand(isThere, 'tool-choice', 'tool_choice', 'names a tool that is not there')
}
