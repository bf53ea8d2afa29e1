import { background } from '@geppetto/context'
import type { Engine } from '@geppetto/engine'
import { assistantText, createTurn, userBlock } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import * as byFetch from './fetch.ts'
import * as bySdk from './index.ts'
import { startProvider } from './loopback-provider.test-helper.ts'
import { readRecordings } from './recordings.test-helper.ts'

const turn = createTurn({ blocks: [userBlock('Q')] })
const types = [undefined, 'text/event-stream', 'application/json', 'text/plain', 'application/octet-stream']
const streams = {
  openaiChat: readRecordings('openai-chat').get('text-stream-usage')?.response.body ?? '',
  openaiResponses: readRecordings('openai-responses').get('text-stream')?.response.body ?? '',
}

/** One write for each byte. */
const answering = (body: string, type: string | undefined) =>
  startProvider((response) => {
    response.writeHead(200, type === undefined ? {} : { 'content-type': type })
    for (const byte of Buffer.from(body)) response.write(Uint8Array.of(byte))
    response.end()
  })

const ask = async (make: (baseUrl: string) => Engine, body: string, type: string | undefined) => {
  const { baseUrl } = await answering(body, type)
  return await make(baseUrl).runInference(background(), turn)
}

describe.each([
  ['openaiChat', 'the SDK', (baseUrl: string) => bySdk.openaiChat({ model: 'm', apiKey: 'k', baseUrl })],
  ['openaiChat', 'fetch', (baseUrl: string) => byFetch.openaiChat({ model: 'm', apiKey: 'k', baseUrl })],
  ['openaiResponses', 'the SDK', (baseUrl: string) => bySdk.openaiResponses({ model: 'm', apiKey: 'k', baseUrl })],
  ['openaiResponses', 'fetch', (baseUrl: string) => byFetch.openaiResponses({ model: 'm', apiKey: 'k', baseUrl })],
] as const)('%s by %s', (name, _by, make) => {
  it.each(types)('reads a stream that is called %s, byte by byte', async (type) => {
    expect(assistantText(await ask(make, streams[name], type)).length).toBeGreaterThan(0)
  })

  it.each(types)('reads an error as JSON that is called %s, also in a list', async (type) => {
    const error = { error: { message: 'Busy', type: 'server_error', code: 'server_is_overloaded' } }
    for (const body of [JSON.stringify(error), JSON.stringify([error], null, 1)])
      await expect(ask(make, body, type)).rejects.toMatchObject({ code: 'overloaded', message: 'Busy' })
  })

  it.each(types)('asks no page again that is called %s', async (type) => {
    await expect(ask(make, '\n<html><title>Sign in</title>', type)).rejects.toMatchObject({
      code: 'protocol',
      retryable: false,
      message: expect.stringMatching(/http:\/\/127\.0\.0\.1:\d+\/v1\/.* answers with a page.*Sign in/),
    })
  })
})
