import { parseArgs } from 'node:util'
import { nearestName } from '@geppetto/turns'
import { flagsLayer, type GivenFlags } from '../layers/flags-layer.ts'
import type { SettingsLayer } from '../layers/layer.ts'
import type { ProviderRegistry } from '../providers/registry.ts'
import { settingsError } from '../settings-error.ts'
import type { Flag, FlagGroup, Flags } from './flag.ts'
import { helpOf } from './help.ts'

/** What was on a command line. */
export interface ParsedCommandLine {
  /** The layer of the settings' flags. */
  readonly layer: SettingsLayer
  /** All flags that were given with their values, '' for a switch; of a list the last. */
  readonly given: ReadonlyMap<string, string>
  /** What is no flag. */
  readonly words: readonly string[]
  /** The file that `--config` names. */
  readonly config?: string
  readonly wantsHelp: boolean
  /** Whether the settings are to be printed, and nothing else done. */
  readonly printsSettings: boolean
}

/** The command line of a program: its own flags, and those of all settings, which are the same in every program. */
export interface CommandLine {
  readonly groups: readonly FlagGroup[]
  /** @throws SettingsError `unknown_flag`, `missing_value`, `unwanted_value`, `repeated` */
  readonly parse: (args: readonly string[]) => ParsedCommandLine
  /** The flags for people, under the headings of their layers. */
  readonly help: () => string
}

/**
 * The command line of a program with these providers.
 * @param own the program's flags, under their headings
 * @throws SettingsError `invalid_options` where a flag of the program's is one of the settings
 */
export function defineCommandLine(providers: ProviderRegistry, own: readonly FlagGroup[] = []): CommandLine {
  const groups = [...own, ...settingGroups(providers)]
  const flags = new Map<string, Flag>()
  for (const [name, flag] of groups.flatMap((group) => Object.entries(group.flags))) {
    if (flags.has(name)) throw settingsError('invalid_options', `the flag --${name} is there twice`)
    flags.set(name, flag)
  }
  return { groups, parse: (args) => parse(args, flags), help: () => helpOf(groups) }
}

/** Where settings come from, and what they are: the flags that every program has. */
function settingGroups({ table }: ProviderRegistry): readonly FlagGroup[] {
  const byTitle = new Map<string, Record<string, Flag>>([['Settings', {}]])
  for (const { flag, title, schema, description, valueName } of table.fields) {
    if (flag === undefined) continue
    const group = byTitle.get(title) ?? {}
    byTitle.set(title, group)
    const isSwitch = schema.type === 'boolean'
    const value = valueName ?? (Array.isArray(schema.enum) ? 'WORD' : schema.type === 'string' ? 'TEXT' : 'N')
    const allowed = Array.isArray(schema.enum) ? `: ${schema.enum.join(', ')}.` : ''
    group[flag] = {
      type: 'string',
      value: isSwitch ? 'true|false' : value,
      help: allowed === '' ? description : description.replace(/\.$/, '') + allowed,
      ...(schema.type === 'array' ? { isList: true } : undefined),
    }
  }
  const settings = { ...byTitle.get('Settings'), ...common }
  return [...byTitle].map(([title, flags]) => ({ title, flags: title === 'Settings' ? settings : flags }))
}

const common: Flags = {
  config: { type: 'string', value: 'FILE', help: 'A file of settings, in place of the one of the project.' },
  'print-settings': { type: 'boolean', help: 'Show all settings and where each comes from, and end.' },
  help: { type: 'boolean', short: 'h', help: 'Show this help, and end.' },
}

function parse(args: readonly string[], flags: ReadonlyMap<string, Flag>): ParsedCommandLine {
  const options = Object.fromEntries(
    [...flags].map(([name, { type, short }]) => [name, short === undefined ? { type } : { type, short }]),
  )
  const given = new Map<string, string[]>()
  const words: string[] = []
  for (const token of parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true })
    .tokens) {
    if (token.kind === 'positional') words.push(token.value)
    if (token.kind !== 'option') continue
    const { name, rawName, value, inlineValue } = token
    const flag = flags.get(name)
    if (flag === undefined) throw unknownFlag(rawName, [...flags.keys()])
    const said = given.get(name) ?? []
    if (said.length > 0 && flag.type === 'string' && flag.isList !== true)
      throw settingsError('repeated', `--${name} is there twice: leave one of the two out`)
    const isText = flag.type === 'string'
    given.set(name, [...said, isText ? textOf(name, flag, value, inlineValue === true) : switchOf(name, value)])
  }
  const config = given.get('config')?.at(-1)
  return {
    layer: flagsLayer(given satisfies GivenFlags),
    given: new Map([...given].map(([name, said]) => [name, said.at(-1) ?? ''])),
    words,
    wantsHelp: given.has('help'),
    printsSettings: given.has('print-settings'),
    ...(config === undefined ? undefined : { config }),
  }
}

function unknownFlag(rawName: string, names: readonly string[]) {
  const like = nearestName(rawName.replace(/^-+/, ''), names)
  const hint = like === undefined ? '--help lists them, and what comes after -- is no flag' : `did you mean --${like}?`
  return settingsError('unknown_flag', `there is no flag ${rawName}: ${hint}`)
}

function textOf(name: string, { help }: Flag, value: string | undefined, isInline: boolean): string {
  if (value === undefined || value === '') throw settingsError('missing_value', `--${name} needs a value: ${help}`)
  // A negative number is a value.
  if (!isInline && /^-\D/.test(value))
    throw settingsError(
      'missing_value',
      `--${name} needs a value, and ${value} looks like the next flag: where it is the value, write --${name}=${value}`,
    )
  return value
}

function switchOf(name: string, value: string | undefined): string {
  if (value === undefined) return ''
  throw settingsError('unwanted_value', `--${name} takes no value: leave =${value} out`)
}
