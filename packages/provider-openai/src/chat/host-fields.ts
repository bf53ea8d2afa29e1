import type { Report } from '@geppetto/engine'
import type { JsonObject } from '@geppetto/turns'
import type { HostQuirks } from './hosts.ts'

/** The fields under the host's names, without those that it refuses. */
export function hostFields(
  fields: JsonObject,
  { renamedFields, refusedFields }: HostQuirks,
  report: Report,
): JsonObject {
  const entries = Object.entries(fields).flatMap(([name, value]) => {
    if (!refusedFields.includes(name)) return [[renamedFields[name] ?? name, value]]
    report('option-dropped', `the host refuses ${name}: it is left out`)
    return []
  })
  return Object.fromEntries(entries)
}
