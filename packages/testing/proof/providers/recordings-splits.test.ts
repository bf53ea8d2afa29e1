import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../src/seeded-random.ts'
import { differencesIn } from './check-played.ts'
import { createEngine } from './engines.ts'
import { playConversation } from './play-conversation.ts'
import { inPieces, recordedFetch, reframed } from './recorded-fetch.ts'
import { type Conversation, type Exchange, readRecordings } from './recordings.ts'

const conversations = readRecordings()

type BodyOf = (body: Uint8Array<ArrayBuffer>, exchange: Exchange) => BodyInit

async function faultsWith(conversation: Conversation, bodyOf: BodyOf): Promise<readonly string[]> {
  const fetch = recordedFetch(conversation.exchanges, bodyOf)
  const played = await playConversation(conversation, ({ provider, model }) =>
    createEngine(conversation.api, 'fetch', { provider, model, fetch }),
  )
  return played.flatMap(differencesIn)
}

/** Only a stream has frames. */
const framedBy =
  (lineEnd: '\n' | '\r\n' | '\r', hasComments: boolean): BodyOf =>
  (body, { response }) =>
    response.contentType.includes('event-stream') ? reframed(response.body, lineEnd, hasComments) : body

const splitBy =
  (seed: number): BodyOf =>
  (body) => {
    const random = seededRandom(seed)
    return inPieces(body, () => 1 + random(120))
  }

describe.each<{ how: string; bodyOf: BodyOf }>([
  { how: 'byte by byte', bodyOf: (body) => inPieces(body, () => 1) },
  { how: 'in random pieces (1)', bodyOf: splitBy(1) },
  { how: 'in random pieces (2)', bodyOf: splitBy(2) },
  { how: 'with CRLF', bodyOf: framedBy('\r\n', false) },
  { how: 'with CR', bodyOf: framedBy('\r', false) },
  { how: 'with comments between the frames', bodyOf: framedBy('\n', true) },
  { how: 'with CRLF and comments', bodyOf: framedBy('\r\n', true) },
])('recordings $how give the same', ({ bodyOf }) => {
  it.each(conversations)('$id', async (conversation) => {
    expect(await faultsWith(conversation, bodyOf)).toEqual([])
  })
})
