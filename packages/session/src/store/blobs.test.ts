import { createManualClock } from '@geppetto/context/manual-clock'
import {
  appendBlocks,
  assistantBlock,
  type ContentPart,
  createTurn,
  type JsonObject,
  type Turn,
  userBlock,
} from '@geppetto/turns'
import { describe, expect, it, vi } from 'vitest'
import { collect } from '../collect.test-helper.ts'
import type { Commit, SessionStore, StoredRecord } from '../contract/store.ts'
import { createMemoryStore } from '../memory-store.ts'
import { Session } from '../session.ts'
import { fromBase64, toBase64 } from './base64.ts'
import { createBlobReader, extractBlobs, hashOf, hasReferences, referredHashes, restoreBlobs } from './blobs.ts'

const bytesOf = (length: number, seed = 0) => Uint8Array.from({ length }, (_, index) => (index * 7 + seed) % 256)
const data = toBase64(bytesOf(3_000))
const image = (text = data): ContentPart => ({
  type: 'image',
  source: { type: 'base64', data: text },
  mediaType: 'image/png',
})

async function roundTrip(json: JsonObject): Promise<JsonObject> {
  const { json: stored, blobs } = await extractBlobs(json)
  const kept = new Map(blobs.map(({ hash, bytes }) => [hash, bytes]))
  return restoreBlobs(
    JSON.parse(JSON.stringify(stored)),
    createBlobReader(async (hash) => kept.get(hash)),
  )
}

describe('base64', () => {
  it('is the same text again, whatever the length, and nothing else is taken for it', () => {
    for (const length of [0, 1, 2, 3, 1_000, 0x8000, 0x8001, 100_000]) {
      const bytes = bytesOf(length)
      expect(fromBase64(toBase64(bytes))).toEqual(bytes)
    }
    for (const text of ['A', 'AA', 'AB==', 'AA=', ' AA==', 'AAAA\n', 'A-_A', 'ä===', 'AAA=AAAA'])
      expect(fromBase64(text), text).toBeUndefined()
  })
})

describe('media in blocks and events', () => {
  it('stand elsewhere by the hash of their bytes, and come back value-exact', async () => {
    const block: JsonObject = { kind: 'user', content: [{ type: 'text', text: 'See' }, { ...image() }, { ...image() }] }
    const { json, blobs } = await extractBlobs(block)
    const hash = await hashOf(bytesOf(3_000))
    expect(json.content).toEqual([
      { type: 'text', text: 'See' },
      { type: 'image', source: { type: 'blob', hash }, mediaType: 'image/png' },
      { type: 'image', source: { type: 'blob', hash }, mediaType: 'image/png' },
    ])
    expect(hash).toMatch(/^sha256-[0-9a-f]{64}$/)
    expect(blobs.map((blob) => blob.hash)).toEqual([hash, hash])
    expect([hasReferences(json), referredHashes(json)]).toEqual([true, [hash, hash]])
    expect(await roundTrip(block)).toEqual(block)
  })

  it('stay where they are, and are read, where nothing can be hashed', async () => {
    const block: JsonObject = { content: [{ ...image() }, { type: 'image', source: { type: 'blob', hash: 'x' } }] }
    const { json, blobs } = await extractBlobs({ content: [{ ...image() }] })
    vi.stubGlobal('crypto', {})
    try {
      const stored = await extractBlobs(block)
      expect(stored.blobs).toEqual([])
      expect(await restoreBlobs(stored.json, () => Promise.reject(new Error('unasked')))).toEqual(block)
      expect(
        await restoreBlobs(
          json,
          createBlobReader(async () => blobs[0]?.bytes),
        ),
      ).toEqual({ content: [image()] })
    } finally {
      vi.unstubAllGlobals()
    }
  })

  it.each<readonly [string, JsonObject]>([
    ['small media', { type: 'image', source: { type: 'base64', data: 'AAAA' } }],
    [
      'text that is not the base64 that would be made again',
      { type: 'file', source: { type: 'base64', data: `${data}\n` } },
    ],
    ['an address', { type: 'image', source: { type: 'url', url: `https://example.com/${data}` } }],
    ['what is no media', { type: 'hologram', source: { type: 'base64', data } }],
    ['a field of a later version that has our name', { type: 'image', source: { type: 'base64', data, hash: 'x' } }],
  ])('stay where they are: %s', async (_, part) => {
    const block = { content: [part] }
    expect(await extractBlobs(block)).toEqual({ json: block, blobs: [] })
    expect(await roundTrip(block)).toEqual(block)
  })

  it.each<readonly [string, JsonObject]>([
    ['fields of later versions', { type: 'audio', later: 1, source: { type: 'base64', data, later: { a: 1 } } }],
    ['a reference that is not ours', { type: 'image', source: { type: 'blob', hash: 'x' } }],
    ['an escape that is not ours', { type: 'image', source: { type: 'blob', literal: { type: 'blob', hash: 'x' } } }],
  ])('come back also with %s', async (_, part) => {
    const event = { type: 'tool-execution-finished', content: [part] }
    expect(await roundTrip(event)).toEqual(event)
  })
})

/** Answers with an image that a tool has given, say. */
function setUp() {
  const clock = createManualClock()
  const commits: Commit[] = []
  const inner = createMemoryStore({ clock })
  let fails = false
  const store: SessionStore = {
    ...inner,
    commit: (lease, head, commit) => {
      commits.push(commit)
      return fails ? Promise.reject(new Error('disk full')) : inner.commit(lease, head, commit)
    },
  }
  const runInference = async (_: unknown, turn: Turn) => appendBlocks(turn, assistantBlock('I see.'))
  const options = { builder: { build: () => ({ runInference }) }, clock }
  const session = new Session({ ...options, store, id: 's' })
  const sent = () => commits.flatMap(({ blobs = [] }) => blobs).map(({ hash }) => hash)
  const setFails = (value: boolean) => {
    fails = value
  }
  return { session, store, options, sent, setFails }
}

describe('a session with images', () => {
  it('stores each once, whichever turns have it, and opens with the same', async () => {
    const { session, store, options, sent } = setUp()
    await session.run([{ type: 'text', text: 'What is it?' }, image()])
    await session.run('And now?')
    session.regenerate({ at: 0 })
    await session.startInference().wait()
    session.editPrompt([image(), image(toBase64(bytesOf(2_000, 1)))])
    await session.save()
    expect(sent()).toEqual([await hashOf(bytesOf(3_000)), await hashOf(bytesOf(2_000, 1))])
    const text = JSON.stringify(await collect(store.read('s')))
    expect(text).not.toContain(data.slice(0, 100))
    const opened = await Session.open(store, 's', options)
    expect(opened.latest).toEqual(session.latest)
    opened.checkout(opened.branches()[0]?.tipId ?? '')
    opened.editPrompt([image()])
    await opened.save()
    expect(sent()).toHaveLength(2)
    // Another session has its own references: a store may throw this one away.
    await session.fork({ id: 'fork' }).save()
    expect(sent()).toHaveLength(4)
    expect((await Session.open(store, 'fork', options)).latest).toEqual(session.latest)
  })

  it('sends them again where a write had failed', async () => {
    const { session, store, options, sent, setFails } = setUp()
    session.append(createTurn({ blocks: [userBlock([image()])] }))
    setFails(true)
    await expect(session.save()).rejects.toMatchObject({ code: 'store_failed' })
    setFails(false)
    await session.save()
    expect(sent()).toHaveLength(2)
    expect((await Session.open(store, 's', options)).latest).toEqual(session.latest)
  })

  it.each([
    ['missing', undefined, /record 1 of session s .* the blob sha256-[0-9a-f]{64} is missing/],
    ['damaged', bytesOf(5), /record 1 of session s .* the blob sha256-[0-9a-f]{64} is damaged/],
  ])('is not opened where one is %s, naming record and hash', async (_, bytes, message) => {
    const { session, store, options } = setUp()
    await session.run([image()])
    const broken = { ...store, readBlob: async () => bytes }
    const opening = Session.open(broken, 's', options)
    await expect(opening).rejects.toMatchObject({
      code: 'invalid_stored_session',
      record: 1,
      field: 'turn.parts[0].content',
    })
    await expect(opening).rejects.toThrow(message)
  })

  it('is not opened where a reference has no hash, and tells a store that fails from a blob that is missing', async () => {
    const { session, store, options } = setUp()
    await session.run([image()])
    const torn: SessionStore = {
      ...store,
      async *read(id) {
        for await (const record of store.read(id)) {
          const text = JSON.stringify(record).replace(/"hash":"[^"]*"/, '"hash":1')
          const changed: StoredRecord = JSON.parse(text)
          yield changed
        }
      },
    }
    await expect(Session.open(torn, 's', options)).rejects.toMatchObject({ code: 'invalid_stored_session', record: 1 })
    const failing = { ...store, readBlob: () => Promise.reject(new Error('disk')) }
    await expect(Session.open(failing, 's', options)).rejects.toMatchObject({ code: 'store_failed' })
  })
})
