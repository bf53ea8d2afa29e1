import { describe, expect, it } from 'vitest'
import type { Cassette } from './cassette.ts'
import { scrubCassette } from './scrub.ts'
import { chunkBytes, chunksOf, toChunk, type WireChunk } from './wire-exchange.ts'

const key = 'sk-1234567890'

function cassetteOf(body: readonly WireChunk[]): Cassette {
  return {
    format: 'geppetto-cassette',
    version: 1,
    startedAt: 0,
    ids: { run: [`run_${key}`] },
    exchanges: [
      {
        sentAtMs: 0,
        host: 'h',
        request: { method: 'POST', path: `/v1?key=${key}`, body: { [key]: [`x${key}`] } },
        response: {
          status: 200,
          headers: { 'x-echo': key },
          body,
          end: { kind: 'broken', error: { name: 'E', code: 'c', message: key } },
        },
      },
      {
        sentAtMs: 1,
        host: 'h',
        request: { method: 'POST', path: '/', body: 'plain' },
        failure: {
          atMs: 1,
          error: { name: 'E', code: 'c', message: `no ${key}`, cause: { name: 'E', code: 'c', message: key } },
        },
      },
    ],
    toolCalls: [
      {
        startedAtMs: 2,
        name: 'tool',
        callId: 'c',
        input: { text: key },
        published: [{ atMs: 1, event: { type: 'tool-execution-progress', message: key } }],
        end: { atMs: 2, output: [key] },
      },
    ],
  }
}

const textOf = ({ exchanges }: Cassette) =>
  Buffer.concat(chunksOf(exchanges[0]?.response ?? {}).map(chunkBytes)).toString()

describe('scrubbing', () => {
  it('leaves a secret nowhere, also not across pieces, wherever they are cut', () => {
    const bytes = Buffer.from(`Ä ${key} and ${key} 🦜`)
    for (let at = 0; at <= bytes.length; at++) {
      const body = [toChunk(bytes.subarray(0, at), 1), toChunk(bytes.subarray(at), 2)]
      const cassette = scrubCassette(cassetteOf(body), (text) => text.replaceAll(key, '[key]'))
      expect(textOf(cassette)).toBe('Ä [key] and [key] 🦜')
      const { ids: _ids, ...rest } = cassette
      expect(JSON.stringify(rest)).not.toContain(key)
      expect(chunksOf(cassette.exchanges[0]?.response ?? {}).map(({ atMs }) => atMs)).toEqual([1, 2])
    }
  })

  it('cuts a changed body where it was cut, before and after the change', () => {
    const body = [
      { atMs: 1, text: 'one ' },
      { atMs: 2, text: `two ${key} ` },
      { atMs: 3, text: 'three' },
    ]
    const cassette = scrubCassette(cassetteOf(body), (text) => text.replaceAll(key, '[a longer word than the key was]'))
    expect(cassette.exchanges[0]?.response?.body).toEqual([
      { atMs: 1, text: 'one ' },
      { atMs: 2, text: 'two [a longer word than the key was] ' },
      { atMs: 3, text: 'three' },
    ])
  })

  it('leaves a body alone in which there is nothing to scrub', () => {
    const body = [toChunk(Buffer.from('Ä').subarray(0, 1), 1), toChunk(Buffer.from('Ä').subarray(1), 2)]
    const cassette = scrubCassette(cassetteOf(body), (text) => text)
    expect(cassette.exchanges[0]?.response?.body).toBe(body)
  })
})
