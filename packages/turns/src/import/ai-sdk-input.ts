import type { ContentPart } from '../content.ts'
import { readSDKFile } from './ai-sdk-media.ts'
import { loseMetadata, metadataOf } from './ai-sdk-metadata.ts'
import { losePart, readContent } from './content-list.ts'
import { textIn } from './fields.ts'
import type { ImportBuilder } from './import-builder.ts'

/** Block metadata: the id and metadata of the SDK's message that begins with the block. */
export const messageKey = 'geppetto.aiSdkMessage'

/** What a user says, of the parts of a message of any version. */
export function readUserParts(builder: ImportBuilder, content: unknown, path: string): readonly ContentPart[] {
  return readContent(content, path, builder, (part, place) => {
    loseMetadata(builder, place, metadataOf(part), false)
    if (part.type === 'text') {
      return { type: 'text', text: textIn(part, 'text') ?? '' }
    }
    const isFile = part.type === 'file' || part.type === 'image' || part.type === undefined
    return (isFile ? readSDKFile(builder, part, place) : undefined) ?? losePart(builder, part, place)
  })
}
