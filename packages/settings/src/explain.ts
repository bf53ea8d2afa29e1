import { visibleText } from '@geppetto/turns'
import { connectionOf } from './providers/connection.ts'
import type { ResolvedSettings, ResolvedValue } from './resolved-settings.ts'
import { shownValue, showValue } from './schema/value-text.ts'

/** A longer value is cut: the place says where all of it is. */
const longest = 48

/** A table of all settings for people, each with its value, its layer and its place. Keys are masked. */
export function explain(settings: ResolvedSettings): string {
  const rows = [...settings.values.values()].map(rowOf)
  const head = ['setting', 'value', 'layer', 'place']
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const lines = [head, ...rows].map((row) =>
    row
      .map((cell, column) => cell.padEnd(column === head.length - 1 ? 0 : (widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
  const table = rows.length === 0 ? ['Nothing is set.'] : lines
  return visibleText(`${[...profileLines(settings), ...table, ...noticeLines(settings)].join('\n')}\n`)
}

function profileLines({ profile }: ResolvedSettings): readonly string[] {
  if (profile === undefined) return []
  const { registry, slug, displayName, description, lineage } = profile
  const name = displayName === undefined ? '' : `, ${displayName}`
  const about = description === undefined ? [] : [description]
  const built = lineage.length < 2 ? [] : [`Built on: ${lineage.join(' → ')}`]
  return [`Profile: ${registry}/${slug}${name}`, ...about, ...built, '']
}

function rowOf({ path, value, layer, profile, place, writtenAs, overridden }: ResolvedValue): readonly string[] {
  const written = writtenAs === undefined ? '' : ` (as ${writtenAs})`
  const [weaker] = overridden
  const over = weaker === undefined ? '' : `, over ${weaker.profile ?? weaker.layer}`
  return [path, shortened(showValue(shownValue(path, value))), `${profile ?? layer}`, `${place}${written}${over}`]
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ')
  return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`
}

function noticeLines(settings: ResolvedSettings): readonly string[] {
  const notices = [...settings.notices, ...(connectionOf(settings)?.notices ?? [])]
  if (notices.length === 0) return []
  return [
    '',
    'Left out or set aside:',
    ...notices.map(({ place, message }) => `- ${place === undefined ? '' : `${place}: `}${message}`),
  ]
}
