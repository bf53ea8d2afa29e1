import { keptFields } from './ai-sdk-native.ts'
import { type Fields, fieldsIn, fieldsOf, jsonText } from './fields.ts'
import type { ImportBuilder } from './import-builder.ts'
import { opaqueReason } from './opaque.ts'
import { peek } from './reading.ts'

const metadataFields = [
  'providerOptions',
  'providerMetadata',
  'callProviderMetadata',
  'experimental_providerMetadata',
] as const

/** What the SDK keeps beside a part, by its provider, under whichever names. It counts as read only when it is kept. */
export function metadataOf(part: Fields): Fields {
  const own: Record<string, unknown> = {}
  for (const name of metadataFields)
    for (const [provider, value] of Object.entries(fieldsOf(peek(part, name)) ?? {}))
      own[provider] = fieldsOf(value) === undefined ? value : { ...fieldsOf(value), ...fieldsOf(own[provider]) }
  return own
}

/** Tells of what the SDK keeps beside a part, and a block does not. */
export function loseMetadata(builder: ImportBuilder, path: string, metadata: Fields, isKept: boolean): void {
  const part = fieldsOf(builder.at(path))
  for (const [provider, own] of Object.entries(metadata)) {
    for (const [name, value] of Object.entries(fieldsOf(own) ?? {})) {
      if (value === undefined || value === null) continue
      const isOwn = keptFields[provider]?.includes(name) === true
      if (isKept && isOwn) {
        readMetadata(part, provider, name)
        continue
      }
      const isTorn = isOwn && builder.hasProvenance
      const reason = isTorn ? 'the rest of its step is missing, without which it cannot go back' : opaqueReason
      const field = fieldWith(part, provider, name)
      // What stands beside it is looked at by itself.
      fieldsIn(fieldsIn(part, field ?? ''), provider)
      builder.lose(`${path}.${field === undefined ? olderName(name) : `${field}.${provider}.${name}`}`, reason)
    }
  }
}

/** Where it stood in the part itself, before version 5. */
function olderName(name: string): string {
  return name === 'redactedData' ? 'data' : name
}

function readMetadata(part: Fields | undefined, provider: string, name: string): void {
  const field = fieldWith(part, provider, name)
  if (field !== undefined) jsonText(fieldsIn(fieldsIn(part, field), provider)?.[name])
}

function fieldWith(part: Fields | undefined, provider: string, name: string): string | undefined {
  return metadataFields.find((field) => fieldsOf(fieldsOf(peek(part, field))?.[provider])?.[name] !== undefined)
}
