import type { OutputUnit, Validator } from '@cfworker/json-schema'
import { findNonJson, formatIssues, type SchemaIssue } from '@geppetto/turns'

/** What is wrong with `value`, as a reader needs it: the innermost faults, each with its path. */
export function findIssues(validator: Validator, value: unknown): readonly SchemaIssue[] {
  const problem = value === undefined ? 'value is undefined' : findNonJson(value, 'value')
  if (problem !== undefined) return [{ message: problem }]
  // As JSON has it: the validator stops at a field that is undefined, which JSON leaves out.
  const plain: unknown = JSON.parse(JSON.stringify(value))
  const { valid, errors } = validator.validate(plain)
  if (valid) return []
  const issues = toIssues(errors, plain)
  return issues.length > 0 ? issues : errors.map((unit) => toIssue(unit, plain))
}

/** Keywords that only say that something inside does not fit; what it is follows them. */
const wrappers: ReadonlySet<string> = new Set([
  '$ref',
  '$recursiveRef',
  'additionalItems',
  'additionalProperties',
  'allOf',
  'dependentSchemas',
  'if',
  'items',
  'patternProperties',
  'prefixItems',
  'properties',
  'propertyNames',
  'unevaluatedItems',
  'unevaluatedProperties',
])

function toIssues(units: readonly OutputUnit[], value: unknown): SchemaIssue[] {
  const issues: SchemaIssue[] = []
  for (let index = 0; index < units.length; index++) {
    const unit = units[index]
    if (unit === undefined || wrappers.has(unit.keyword)) continue
    if (unit.keyword !== 'anyOf' && unit.keyword !== 'oneOf') {
      issues.push(toIssue(unit, value))
      continue
    }
    const inside = unitsInside(unit, units.slice(index + 1))
    index += inside.length
    issues.push({ ...toIssue(unit, value), message: alternatives(unit, inside, value) })
  }
  return issues
}

/** The units that belong to `unit`, from the beginning of those that follow it. That of a `false` schema does not say where it belongs, but follows its wrapper. */
function unitsInside(unit: OutputUnit, following: readonly OutputUnit[]): readonly OutputUnit[] {
  const end = following.findIndex(
    ({ keyword, keywordLocation }) => keyword !== 'false' && !keywordLocation.startsWith(`${unit.keywordLocation}/`),
  )
  return end === -1 ? following : following.slice(0, end)
}

/** One issue for all alternatives: each one's own would read as if all had to be mended. */
function alternatives(unit: OutputUnit, inside: readonly OutputUnit[], value: unknown): string {
  // Where several fit and one should, what is wrong with the others helps nobody.
  if (unit.keyword === 'oneOf' && !unit.error.includes('(0 matches)')) return unit.error
  const groups: { readonly alternative: string; readonly units: OutputUnit[] }[] = []
  for (const part of inside) {
    const last = groups.at(-1)
    const alternative =
      part.keyword === 'false'
        ? last?.alternative
        : part.keywordLocation.slice(unit.keywordLocation.length + 1).split('/')[0]
    if (last !== undefined && last.alternative === alternative) last.units.push(part)
    else groups.push({ alternative: alternative ?? '', units: [part] })
  }
  const texts = groups.map(({ units }) => formatIssues(toIssues(units, value)))
  return texts.length === 0 ? unit.error : `fits none of the alternatives: (${texts.join(') or (')})`
}

function toIssue(unit: OutputUnit, value: unknown): SchemaIssue {
  const message = unit.keyword === 'false' ? 'is not allowed here' : unit.error
  return { message, path: toPath(unit.instanceLocation, value) }
}

/** A JSON pointer in a URI fragment, as a path in `value`: indexes of lists are numbers. */
function toPath(location: string, value: unknown): (string | number)[] {
  let inner = value
  return location
    .split('/')
    .slice(1)
    .map((segment) => {
      const key = decodeURIComponent(segment).replaceAll('~1', '/').replaceAll('~0', '~')
      const isIndex = Array.isArray(inner)
      inner = typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined
      return isIndex ? Number(key) : key
    })
}
