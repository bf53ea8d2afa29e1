import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answerWith, byteByByte, described, expectation, recordings, type Split } from './recordings.test-helper.ts'

const withSplits =
  (cuts: readonly number[]): Split =>
  (bytes) => {
    const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b)
    return [0, ...places].map((start, index) => bytes.slice(start, places[index] ?? bytes.length))
  }

describe('recorded answers', () => {
  it.each(recordings)('%s becomes what it says', async (_name, recording) => {
    const answer = await answerWith(recording.response)
    if (recording.response.status === 200) expect(described(answer)).toEqual(expectation(recording))
    const { error } = recording.expected
    if (error !== null) expect(answer.error).toMatchObject({ message: error.message, providerCode: error.type })
    else expect(answer.error?.code).toBe(recording.expected.complete ? undefined : 'protocol')
  })

  const streams = recordings.filter(([, { response }]) => response.contentType === 'text/event-stream')

  it.each(streams)('%s says the same byte by byte, with CRLF, and in any split', async (_name, { response }) => {
    const expected = described(await answerWith(response))
    expect(described(await answerWith(response, { split: byteByByte }))).toEqual(expected)
    const crlf = { ...response, body: response.body.replaceAll('\n', '\r\n') }
    expect(described(await answerWith(crlf))).toEqual(expected)
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(), { maxLength: 40 }), async (cuts) => {
        expect(described(await answerWith(response, { split: withSplits(cuts) }))).toEqual(expected)
      }),
      { numRuns: 15 },
    )
  })
})
