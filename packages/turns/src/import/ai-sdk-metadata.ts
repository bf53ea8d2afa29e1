import { keptFields } from './ai-sdk-native.ts'
import { type Fields, fieldsIn, fieldsOf } from './fields.ts'
import type { ImportBuilder } from './import-builder.ts'
import { opaqueReason } from './opaque.ts'

const metadataFields = [
  'providerOptions',
  'providerMetadata',
  'callProviderMetadata',
  'experimental_providerMetadata',
] as const

/** What the SDK keeps beside a part, by its provider, under whichever names. */
export function metadataOf(part: Fields): Fields {
  const own: Record<string, unknown> = {}
  for (const name of metadataFields)
    for (const [provider, value] of Object.entries(fieldsIn(part, name) ?? {}))
      own[provider] = fieldsOf(value) === undefined ? value : { ...fieldsOf(value), ...fieldsOf(own[provider]) }
  return own
}

/** The names under which that is kept. */
export const metadataNames: readonly string[] = [...metadataFields, 'resultProviderMetadata']

/** Tells of what the SDK keeps beside a part, and a block does not. */
export function loseMetadata(builder: ImportBuilder, path: string, metadata: Fields, isKept: boolean): void {
  for (const [provider, own] of Object.entries(metadata)) {
    if (fieldsOf(own) === undefined) builder.loseOthers(`${path}.providerMetadata`, { [provider]: own })
    for (const [name, value] of Object.entries(fieldsOf(own) ?? {})) {
      if (value === undefined || value === null) continue
      const isOwn = keptFields[provider]?.includes(name) === true
      if (isKept && isOwn) continue
      const isTorn = isOwn && builder.hasProvenance
      const reason = isTorn ? 'the rest of its step is missing, without which it cannot go back' : opaqueReason
      builder.lose(`${path}.providerMetadata.${provider}.${name}`, reason)
    }
  }
}
