import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { failure, infer } from './engine-under-test.test-helper.ts'
import { startProvider } from './loopback-provider.test-helper.ts'
import { type Line, summary, toStream } from './script-adapter.test-helper.ts'

const answer: readonly Line[] = [
  { do: 'open', piece: 't', kind: 'text' },
  { do: 'add', piece: 't', delta: 'Grüß Gott 🦜' },
  { do: 'close', piece: 't' },
  { do: 'stop', word: 'end' },
]
const failed: readonly Line[] = [{ do: 'error', code: 'overloaded' }]
const page = '<!DOCTYPE html>\n<html><head><title>Sign in\n to the Wi-Fi</title></head><body>data: {}</body></html>'
const types = [
  undefined,
  'text/event-stream',
  'application/json',
  'text/plain',
  'application/octet-stream',
  'text/html',
]

/** Answers in one piece, or in one write for each byte. */
function answering(body: string, contentType: string | undefined, isByByte: boolean) {
  return startProvider((response) => {
    response.writeHead(200, contentType === undefined ? {} : { 'content-type': contentType })
    if (isByByte) for (const byte of Buffer.from(body)) response.write(Uint8Array.of(byte))
    response.end(isByByte ? '' : body)
  })
}

describe.each([false, true])('an answer that says it is something else (byte by byte: %s)', (isByByte) => {
  it.each(types)('is read as the stream that it is, where it is called %s', async (type) => {
    for (const before of ['', '\uFEFF', '\n\n', ': thinking\n\n', 'id: 1\nretry: 5\n', 'event:message\n']) {
      await using provider = await answering(before + toStream(answer), type, isByByte)
      const { turn } = await infer(provider.baseUrl).outcome
      expect(summary(turn)).toMatchObject({ text: 'Grüß Gott 🦜' })
    }
  })

  it.each(types)('is read as the JSON that it is, where it is called %s', async (type) => {
    for (const body of [JSON.stringify(answer), `\n \n${JSON.stringify(answer, null, 2)}\n`]) {
      await using provider = await answering(body, type, isByByte)
      const { turn } = await infer(provider.baseUrl).outcome
      expect(summary(turn)).toMatchObject({ text: 'Grüß Gott 🦜' })
    }
  })

  it.each(types)('is the error that its JSON says, where it is called %s', async (type) => {
    const inList = JSON.stringify([{ error: { message: 'no' }, code: 'overloaded' }])
    for (const body of [JSON.stringify(failed), `${JSON.stringify(failed)}\n\ndata: [DONE]\n\n`, inList]) {
      await using provider = await answering(body, type, isByByte)
      expect(await failure(infer(provider.baseUrl))).toMatchObject({ code: 'overloaded', retryable: true })
    }
  })

  it.each(types)('is no API where a page comes, called %s', async (type) => {
    await using provider = await answering(page, type, isByByte)
    const inference = infer(`${provider.baseUrl}?key=sk-secret-1`)
    const error = await failure(inference)
    expect(error).toMatchObject({ code: 'protocol', retryable: false, status: 200 })
    expect(error.message).toContain(`${provider.baseUrl}/answers answers with a page`)
    expect(error.message).toContain('check the base URL')
    expect(error.message).toContain('Sign in to the Wi-Fi')
    expect(error.message).not.toContain('sk-secret-1')
    expect(inference.leftovers()).toEqual({ timers: 0, listeners: 0 })
  })

  it.each(types)('is no API where a text comes, called %s', async (type) => {
    await using provider = await answering('Not here, sorry\n', type, isByByte)
    const error = await failure(infer(provider.baseUrl))
    expect(error).toMatchObject({ code: 'protocol', retryable: false })
    expect(error.message).toContain('/answers answers with a text')
    expect(error.message).toContain('Not here, sorry')
  })

  it.each(types)('is no API where its JSON is somebody else’s, called %s', async (type) => {
    for (const body of ['{"status":"ok"}', '"nothing here"']) {
      await using provider = await answering(body, type, isByByte)
      const error = await failure(infer(provider.baseUrl))
      expect(error).toMatchObject({ code: 'protocol', retryable: false })
      expect(error.message).toContain(body)
    }
  })
})

describe('an error that stands in a stream as JSON and not as an event', () => {
  const begun = toStream(answer.slice(0, 2))

  it.each([
    ['in one line', '{"error":{"message":"no"},"code":"overloaded"}\n\n'],
    ['in many', '{\n  "error": {},\n  "code": "overloaded"\n}'],
  ])('%s is the error of the call, with what came before it', async (_what, text) => {
    await using provider = await answering(begun + text, 'text/event-stream', false)
    const error = await failure(infer(provider.baseUrl))
    expect(error).toMatchObject({ code: 'overloaded', visible: true })
    expect(summary(error.partial)).toMatchObject({ text: 'Grüß Gott 🦜' })
  })

  it('is passed over where the answer is whole', async () => {
    await using provider = await answering(`{"note":1}\n${toStream(answer)}`.slice(11), 'text/event-stream', false)
    expect(summary((await infer(provider.baseUrl).outcome).turn)).toMatchObject({ text: 'Grüß Gott 🦜' })
  })

  it('without meaning leaves a cut stream cut, which may be asked for again', async () => {
    await using provider = await answering(`${begun}{"note":`, 'text/event-stream', false)
    expect(await failure(infer(provider.baseUrl))).toMatchObject({ code: 'protocol', retryable: true })
  })
})

it('waits for no more of a page than it shows', async () => {
  let open: ServerResponse | undefined
  await using provider = await startProvider((response) => {
    open = response
    response.writeHead(200, { 'content-type': 'text/html' })
    response.write(page + ' '.repeat(20_000))
  })
  expect(await failure(infer(provider.baseUrl))).toMatchObject({ retryable: false })
  expect(open?.writableEnded).toBe(false)
})
