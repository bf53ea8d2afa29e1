import { isJsonObject, nearestName } from '@geppetto/turns'
import { type KeyContext, readKeySource } from '../keys/read-key-source.ts'
import type { Field, FieldTable } from '../schema/field.ts'
import { isOtherName, ownName, whatIsMeant, whyWithout } from '../schema/go-names.ts'
import { expectedBy, kindOf, shownGiven } from '../schema/value-text.ts'
import type { Entry } from './contribution.ts'
import type { Report } from './report.ts'
import { type Branch, isBranch, plainValue, type Tree } from './tree.ts'

/** What settings are read in. */
export interface ReadContext extends KeyContext {
  readonly table: FieldTable
  readonly report: Report
}

/**
 * The settings in a tree. What is no setting or has a value that it cannot have is a problem; what only Go geppetto has is a notice.
 */
export function readEntries(tree: Tree, context: ReadContext): readonly Entry[] {
  const entries = entriesIn(tree, '', context)
  // The own name counts where a source has both.
  const byPath = new Map<string, Entry>()
  for (const entry of entries)
    if (entry.writtenAs === undefined || !byPath.has(entry.path)) byPath.set(entry.path, entry)
  return [...byPath.values()]
}

function entriesIn(tree: Tree, path: string, context: ReadContext): readonly Entry[] {
  const { table, report } = context
  if (path !== '') {
    const field = table.above(ownName(path))
    if (field !== undefined) return fieldEntries(tree, path, field, context)
    // What only Go has is of no interest below it.
    const why = isGroup(path, table) ? undefined : whyWithout(path)
    if (why !== undefined) {
      report.note(`${path} was left out: ${why}`, tree.place)
      return []
    }
    if (!isGroup(path, table)) {
      // In a file that is something else there are thousands.
      const message = report.isFull ? path : unknownSetting(path, table)
      report.fail({ code: 'unknown_setting', message, place: tree.place })
      return []
    }
  }
  if (isBranch(tree))
    return [...tree.fields].flatMap(([name, inner]) =>
      entriesIn(inner, path === '' ? name : `${path}.${name}`, context),
    )
  // An empty section, as in `inference:` with all of it commented out.
  if (tree.value === null) return []
  const what = path === '' ? 'the settings' : path
  report.fail({ code: 'bad_value', message: `${what} must be an object, not ${kindOf(tree.value)}`, place: tree.place })
  return []
}

/** `chat.api_keys` has other names below it, and none of ours. */
function isGroup(path: string, table: FieldTable): boolean {
  return table.isGroup(path) || isOtherName(`${path}.`)
}

function fieldEntries(tree: Tree, written: string, field: Field, context: ReadContext): readonly Entry[] {
  const path = ownName(written)
  if (field.isMap && path === field.path && isBranch(tree))
    return [...tree.fields].flatMap(([name, inner]) => fieldEntries(inner, `${written}.${name}`, field, context))
  if (isBranch(tree) && isJsonObject(field.schema.properties) && !isSoundObject(tree, path, field, context)) return []
  const given = plainValue(tree)
  // Nothing behind the colon.
  if (given === null) return []
  const value = context.report.attempt(() => checkedValue(given, path, field, tree.place, context))
  if (value !== undefined) {
    const name = path === written ? undefined : { writtenAs: written }
    return [{ path, value: value.value, place: tree.place, ...name }]
  }
  return []
}

/** Whether each field of an object that is one setting is sound: what is not is told by itself. */
function isSoundObject({ fields }: Branch, path: string, field: Field, { table, report }: ReadContext): boolean {
  const properties = isJsonObject(field.schema.properties) ? field.schema.properties : {}
  const names = Object.keys(properties)
  const unsound = [...fields].filter(([name, inner]) => {
    const { place } = inner
    const schema = properties[name]
    if (!isJsonObject(schema)) {
      const meant = nearestName(name, names)
      const hint = meant === undefined ? `${path} has ${names.join(', ')}` : `did you mean ${path}.${meant}?`
      report.fail({ code: 'unknown_setting', message: `there is no setting ${path}.${name}: ${hint}`, place })
      return true
    }
    const given = plainValue(inner)
    if (table.check(field, path, { [name]: given }) !== undefined) return false
    const message = `${path}.${name} must be ${expectedBy(schema)}, not ${shownGiven(given)}`
    report.fail({ code: 'bad_value', message, place })
    return true
  })
  return unsound.length === 0
}

function checkedValue(
  given: unknown,
  path: string,
  field: Field,
  place: string,
  context: ReadContext,
): { readonly value: unknown } | undefined {
  if (field.isMap && path === field.path) {
    const message = `${path} must be an object, with a name for each`
    context.report.fail({ code: 'bad_value', message, place })
    return undefined
  }
  if (field.isSecret) return { value: readKeySource(given, path, place, context) }
  const checked = context.table.check(field, path, given)
  if (checked !== undefined) return checked
  const isAddress = field.path.startsWith('api.base_url')
  // What stands in an address may be a password, and what stands in an object may be anything.
  const said = isAddress || isJsonObject(given) ? '' : `, not ${shownGiven(given)}`
  context.report.fail({ code: 'bad_value', message: `${path} must be ${expectedBy(field.schema)}${said}`, place })
  return undefined
}

function unknownSetting(path: string, table: FieldTable): string {
  const above = path.includes('.') ? path.slice(0, path.lastIndexOf('.')) : ''
  const siblings = table.namesAt(above)
  const meant = whatIsMeant(
    path,
    siblings,
    table.fields.map((field) => field.path),
  )
  if (meant !== undefined) return `there is no setting ${path}: did you mean ${meant}?`
  const where = above === '' ? 'the settings are' : `${above} has`
  return `there is no setting ${path}: ${where} ${siblings.join(', ')}`
}
