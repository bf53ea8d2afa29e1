import { createTurn, type ImagePart, userBlock } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { openaiChatAdapter } from './chat/adapter.ts'
import { openaiResponsesAdapter } from './responses/adapter.ts'

const adapters = [openaiChatAdapter(), openaiResponsesAdapter()]
const images: readonly (readonly [string, Omit<ImagePart, 'type' | 'source'>, string])[] = [
  ['/9j/4AAQ', { mediaType: 'image/jpg' }, 'image/jpeg'],
  ['/9j/4AAQ', { mediaType: 'IMAGE/JPEG' }, 'image/jpeg'],
  ['/9j/4AAQ', {}, 'image/jpeg'],
  ['iVBORw0KGgoAAA', {}, 'image/png'],
  ['R0lGODlh', {}, 'image/gif'],
  ['UklGRiQA', {}, 'image/webp'],
]

describe.each(adapters.map((adapter) => [adapter.api, adapter] as const))(
  'the bytes of an image by %s',
  (_api, adapter) => {
    it.each(images)('%s, %j are sent as %s', (data, more, type) => {
      const image: ImagePart = { type: 'image', source: { type: 'base64', data }, ...more }
      const turn = createTurn({ blocks: [userBlock([image])] })
      const { body } = adapter.prepare(turn, { model: 'gpt-4.1' }, 'api.openai.com')
      expect(body).toContain(`"data:${type};base64,${data}"`)
    })

    it('of another type, or of none that can be seen, are refused', () => {
      for (const more of [{}, { mediaType: 'image/svg+xml' }]) {
        const image: ImagePart = { type: 'image', source: { type: 'base64', data: 'AA' }, ...more }
        const turn = createTurn({ blocks: [userBlock([image])] })
        expect(() => adapter.prepare(turn, { model: 'gpt-4.1' }, 'api.openai.com')).toThrow(/PNG, JPEG, GIF and WebP/)
      }
    })
  },
)
