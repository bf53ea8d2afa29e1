import { valueOfText } from '../schema/value-text.ts'
import type { SettingsLayer } from './layer.ts'
import { readEntries } from './read-entries.ts'
import { treeOf } from './tree.ts'

/** The flags that were given, by their names without dashes; those that may be repeated with all of their values. */
export type GivenFlags = ReadonlyMap<string, readonly string[]>

/** What the command line says. Flags that are no settings are passed over. */
export function flagsLayer(given: GivenFlags): SettingsLayer {
  return {
    kind: 'flags',
    source: 'flags',
    isTrusted: true,
    read: (context) =>
      context.table.fields.flatMap((field) => {
        const texts = field.flag === undefined ? undefined : given.get(field.flag)
        if (texts === undefined) return []
        const isList = field.schema.type === 'array'
        const value = isList
          ? texts.flatMap((text) => listOf(valueOfText(text, field.schema)))
          : valueOfText(texts.at(-1) ?? '', field.schema)
        const [section = '', ...names] = field.path.split('.')
        const inner = names.reduceRight<unknown>((below, name) => ({ [name]: below }), value)
        return readEntries(treeOf({ [section]: inner }, `--${field.flag}`), context)
      }),
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value]
}
