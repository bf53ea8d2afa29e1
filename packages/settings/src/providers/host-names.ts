import { nearestName } from '@geppetto/turns'
import type { Contribution } from '../layers/contribution.ts'
import type { Report } from '../layers/report.ts'
import type { ProviderRegistry } from './registry.ts'

/** The maps whose names are those of hosts, and how such a name ends. */
const maps = [
  { map: 'api.api_keys', ending: '-api-key' },
  { map: 'api.base_urls', ending: '-base-url' },
] as const

/** Who else there is, in the files of Go geppetto and of programs with other providers. */
const others: readonly string[] = [
  'openai',
  'openai-responses',
  'claude',
  'ollama',
  'gemini',
  'mistral',
  'perplexity',
  'cohere',
  'groq',
  'deepseek',
  'xai',
  'anyscale',
  'fireworks',
]

/**
 * Tells of keys and addresses that nobody takes: one that is only misspelt would be missed where it is needed, and looked for in vain.
 */
export function checkHostNames(
  contributions: readonly Contribution[],
  { apiTypes }: ProviderRegistry,
  report: Report,
): void {
  const hosts = apiTypes.flatMap(({ name, aliases = [], host }) =>
    host === undefined ? [] : [{ called: [name, ...aliases], host }],
  )
  for (const { map, ending } of maps) {
    const namesOf = ({ keyNames, baseUrlNames }: (typeof hosts)[number]['host']): readonly string[] =>
      map === 'api.api_keys' ? keyNames : baseUrlNames
    const known = new Set([...hosts.flatMap(({ host }) => namesOf(host)), ...others.map((other) => other + ending)])
    const byOtherName = new Map(
      hosts.flatMap(({ called, host }) => called.map((name) => [name + ending, namesOf(host).at(-1) ?? ''] as const)),
    )
    for (const { path, place, name } of entriesOf(contributions, map)) {
      if (known.has(name)) continue
      const plain = name.toLowerCase().replaceAll('_', '-')
      const meant = known.has(plain) ? plain : (byOtherName.get(plain) ?? nearestName(plain, [...known]))
      if (meant === undefined) report.note(`${path} is for nobody here`, place)
      else
        report.fail({
          code: 'unknown_setting',
          message: `there is no setting ${path}: did you mean ${map}.${meant}?`,
          place,
        })
    }
  }
}

function entriesOf(contributions: readonly Contribution[], map: string) {
  return contributions
    .flatMap(({ entries }) => entries)
    .filter(({ path }) => path.startsWith(`${map}.`))
    .map(({ path, place }) => ({ path, place, name: path.slice(map.length + 1) }))
}
