import { variableOf, vendorVariables } from '../layers/environment-layer.ts'
import type { ProviderRegistry } from '../providers/registry.ts'
import type { Field } from './field.ts'
import { expectedBy } from './value-text.ts'

/** The table of all settings, with their flags and variables, as Markdown. */
export function referenceOf(providers: ProviderRegistry): string {
  const titles = [...new Set(providers.table.fields.map(({ title }) => title))]
  const tables = titles.map((title) => {
    const rows = providers.table.fields.filter((field) => field.title === title).map(rowOf)
    return [`### ${title}`, '', '| setting | what it is | value | flag | variable |', '|---|---|---|---|---|', ...rows]
  })
  return [...tables, apiTypes(providers), vendors(providers)].map((lines) => lines.join('\n')).join('\n\n')
}

function rowOf(field: Field): string {
  const { path, description, schema, flag, isMap } = field
  const variable = variableOf(field)
  const cells = [
    `\`${isMap ? `${path}.NAME` : path}\``,
    description,
    expectedBy(schema).replaceAll('|', '\\|'),
    flag === undefined ? '' : `\`--${flag}\``,
    variable === undefined ? '' : `\`${variable}\``,
  ]
  return `| ${cells.join(' | ')} |`
}

function apiTypes({ providers }: ProviderRegistry): readonly string[] {
  const rows = providers.flatMap(({ packageName, apiTypes: kinds }) =>
    kinds.map(({ name, aliases = [], description, model, host }) => {
      const names = [name, ...aliases].map((word) => `\`${word}\``).join(', ')
      const keys = host?.keyNames.map((key) => `\`${key}\``).join(', else ') ?? ''
      const addresses = host?.baseUrlNames.map((address) => `\`${address}\``).join(', else ') ?? ''
      return `| ${[names, description, `\`${packageName}\``, model === undefined ? '' : `\`${model}\``, keys, addresses].join(' | ')} |`
    }),
  )
  const head = '| `chat.api_type` | who answers | package | usual model | `api.api_keys` | `api.base_urls` |'
  return ['### Who can answer', '', head, '|---|---|---|---|---|---|', ...rows]
}

function vendors(providers: ProviderRegistry): readonly string[] {
  const rows = vendorVariables(providers).map(({ variable, path }) => `| \`${variable}\` | \`${path}\` |`)
  return ['### Variables of the vendors', '', '| variable | setting |', '|---|---|', ...rows]
}
