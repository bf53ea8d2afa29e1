import { isJsonObject, type JsonObject } from '@geppetto/turns'
import type { Findings } from './findings.ts'
import { isList, visitObjects } from './json.ts'

/** What every API asks of a tool's schema: an object at the top, without a choice there. */
export function checkToolSchema(found: Findings, schema: JsonObject, at: string): void {
  found.demand(schema['type'] === 'object', 'tool-schema', `${at}.type`, 'must be object')
  for (const keyword of ['anyOf', 'oneOf', 'allOf', 'enum', 'not'])
    found.demand(schema[keyword] === undefined, 'tool-schema', `${at}.${keyword}`, 'may not stand at the top')
  const { properties, required } = schema
  if (!isJsonObject(properties) || !isList(required)) return
  for (const name of required)
    found.demand(
      typeof name === 'string' && Object.hasOwn(properties, name),
      'tool-schema',
      `${at}.required`,
      `${name} is no property`,
    )
}

/** What strict decoding asks of a schema: every object closed, and, at OpenAI, every property required. */
export function checkStrictSchema(found: Findings, schema: JsonObject, at: string, isEveryRequired: boolean): void {
  found.demand(schema['type'] === 'object', 'strict-schema', `${at}.type`, 'must be object at the top')
  visitObjects(schema, (object) => {
    const { properties, required } = object
    if (object['type'] !== 'object' || !isJsonObject(properties)) return
    found.demand(
      object['additionalProperties'] === false,
      'strict-schema',
      at,
      'every object needs additionalProperties: false',
    )
    if (!isEveryRequired) return
    const names = isList(required) ? required : []
    for (const name of Object.keys(properties))
      found.demand(names.includes(name), 'strict-schema', `${at}.required`, `${name} must be required`)
  })
}

/** A name that may be called. */
export const toolNamePattern: RegExp = /^[a-zA-Z0-9_-]{1,64}$/
