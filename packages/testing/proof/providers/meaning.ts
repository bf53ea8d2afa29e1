import { isSameJson, type JsonObject } from '@geppetto/turns'
import { differencesOf } from '../../src/describe-difference.ts'
import { anthropicMeaning } from './anthropic-meaning.ts'
import { chatMeaning } from './chat-meaning.ts'
import type { Meaning } from './meaning-parts.ts'
import type { Api } from './recordings.ts'
import { responsesMeaning } from './responses-meaning.ts'

const meanings: Readonly<Record<Api, (body: JsonObject) => Meaning>> = {
  'openai-chat': chatMeaning,
  'openai-responses': responsesMeaning,
  'anthropic-messages': anthropicMeaning,
}

/** Where a request means something else than the accepted one, one line per place. */
export function differencesInMeaning(api: Api, accepted: JsonObject, body: JsonObject): readonly string[] {
  const [expected, actual] = [meanings[api](accepted), meanings[api](body)]
  const all = [
    ...differencesOf(expected.model, actual.model, 'model'),
    // Which tools are offered counts, not in what order.
    ...differencesOf(byName(expected.tools), byName(actual.tools), 'tools'),
    ...differencesOf(
      expected.said.map(({ must }) => must),
      actual.said.map(({ must }) => must),
      'said',
    ),
  ]
  for (const [index, { may = {} }] of expected.said.entries())
    for (const [name, value] of Object.entries(may)) {
      const other = actual.said[index]?.may?.[name]
      if (value !== undefined && other !== undefined && !isSameJson(value, other))
        all.push(...differencesOf(value, other, `said[${index}].${name}`))
    }
  return all
}

function byName(tools: readonly JsonObject[]): readonly JsonObject[] {
  return tools.toSorted((one, other) => String(one['name']).localeCompare(String(other['name'])))
}
