import type { ApiHost } from '@geppetto/engine'
import { nearestName } from '@geppetto/turns'
import type { ProviderRegistry } from '../providers/registry.ts'
import type { Field, FieldTable } from '../schema/field.ts'
import { valueOfText } from '../schema/value-text.ts'
import type { Entry } from './contribution.ts'
import type { Environment, SettingsLayer } from './layer.ts'
import { type ReadContext, readEntries } from './read-entries.ts'
import { treeOf } from './tree.ts'

/** What the variables of all settings begin with. */
const variablePrefix = 'GEPPETTO_'

/** The variable of a setting; undefined where it has none, as keys and maps do not. */
export function variableOf(field: Field): string | undefined {
  const isText = !field.isMap && !field.isSecret
  return isText ? variablePrefix + field.path.replaceAll('.', '_').toUpperCase() : undefined
}

/** A variable of a vendor, and the setting that it is. */
export interface VendorVariable {
  readonly variable: string
  readonly path: string
  /** Of an address, the port that is meant where none is named. */
  readonly usualPort?: string
}

/** The variables that vendors' own tools read too, such as `OPENAI_API_KEY`. */
export function vendorVariables(providers: ProviderRegistry): readonly VendorVariable[] {
  const hosts = providers.apiTypes.flatMap(({ host }) => (host === undefined ? [] : [host]))
  const all = hosts.flatMap((host) => [keyVariable(host), addressVariable(host)])
  return [...new Map(all.map((vendor) => [vendor.variable, vendor])).values()]
}

function keyVariable({ keyNames, keyVariable: variable }: ApiHost): VendorVariable {
  return { variable, path: `api.api_keys.${keyNames.at(-1)}` }
}

function addressVariable({ baseUrlNames, baseUrlVariable: variable, baseUrl }: ApiHost): VendorVariable {
  const usualPort = baseUrl === undefined ? '' : new URL(baseUrl).port
  return { variable, path: `api.base_urls.${baseUrlNames.at(-1)}`, usualPort }
}

/** As Ollama's own programs take an address: scheme and port may be missing, a scheme that is given brings its own port with it. */
function withScheme(text: string, usualPort: string): string {
  const address = `http://${text.replace(/^:/, '127.0.0.1:')}`
  if (text.includes('://') || !URL.canParse(address)) return text
  const url = new URL(address)
  // Port 80 is not in the address any more.
  if (!/:\d+(\/|$)/.test(text)) url.port = usualPort
  return url.pathname === '/' ? url.origin : url.href
}

/**
 * The variables of an environment, such as `process.env`: `GEPPETTO_CHAT_ENGINE` and so on, and those of the vendors. An empty one is as good as none.
 */
export function environmentLayer(environment: Environment, providers: ProviderRegistry): SettingsLayer {
  return {
    kind: 'environment',
    source: 'environment',
    isTrusted: true,
    environment,
    read(context) {
      const own = context.table.fields.flatMap((field) => {
        const variable = variableOf(field)
        const text = variable === undefined ? undefined : environment[variable]?.trim()
        return variable !== undefined && text
          ? entriesOf(field.path, valueOfText(text, field.schema), variable, context)
          : []
      })
      const vendors = vendorVariables(providers).flatMap(({ variable, path, usualPort }) => {
        const text = environment[variable]?.trim()
        if (!text) return []
        return entriesOf(path, usualPort === undefined ? text : withScheme(text, usualPort), variable, context)
      })
      failUnknown(environment, context)
      return [...own, ...vendors]
    },
  }
}

function entriesOf(path: string, value: unknown, place: string, context: ReadContext): readonly Entry[] {
  const [section = '', ...names] = path.split('.')
  const inner = names.reduceRight<unknown>((below, name) => ({ [name]: below }), value)
  return readEntries(treeOf({ [section]: inner }, place), context)
}

/** Others may use the prefix too: only what looks like a setting is refused. */
function failUnknown(environment: Environment, { table, report }: ReadContext): void {
  const variables = new Set(variablesOf(table))
  const bare = [...variables].map((variable) => variable.slice(variablePrefix.length))
  for (const [variable, text] of Object.entries(environment)) {
    if (!variable.startsWith(variablePrefix) || variables.has(variable) || !text?.trim()) continue
    const meant = nearestName(variable.slice(variablePrefix.length), bare)
    if (meant === undefined) continue
    const message = `there is no such setting: did you mean ${variablePrefix}${meant}?`
    report.fail({ code: 'unknown_setting', message, place: variable })
  }
}

function variablesOf({ fields }: FieldTable): readonly string[] {
  return fields.flatMap((field) => variableOf(field) ?? [])
}
