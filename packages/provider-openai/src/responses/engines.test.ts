import { background } from '@geppetto/context'
import type { Engine } from '@geppetto/engine'
import { type Event, withEventSinks } from '@geppetto/events'
import { assistantText, createTurn, userBlock } from '@geppetto/turns'
import OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import { answerWith, startProvider } from '../loopback-provider.test-helper.ts'
import { openaiResponses as byClient } from './openai-responses.ts'
import { openaiResponses as byFetch } from './openai-responses-fetch.ts'
import { readRecording } from './recording.test-helper.ts'

const turn = createTurn({ blocks: [userBlock('café ☕ \ud83d\ude00')] })
const model = 'gpt-5-mini'
const engines: readonly { readonly by: string; readonly make: (baseUrl: string) => Engine }[] = [
  { by: 'the SDK', make: (baseUrl) => byClient({ model, apiKey: 'sk-1', baseUrl }) },
  {
    by: 'a client of the user',
    make: (baseURL) => byClient({ model, client: new OpenAI({ apiKey: 'sk-1', baseURL }) }),
  },
  { by: 'fetch', make: (baseUrl) => byFetch({ model, apiKey: 'sk-1', baseUrl }) },
]

describe.each(engines)('Responses by $by', ({ make }) => {
  it('sends what was prepared, and reads what comes', async () => {
    const { contentType, body } = readRecording('text-stream')
    const { baseUrl, requests } = await startProvider(answerWith(body, { headers: { 'content-type': contentType } }))
    const engine = make(baseUrl)
    const answer = await engine.runInference(background(), turn)
    expect(assistantText(answer)).toBe('hello')
    expect(requests).toMatchObject([{ url: '/v1/responses', headers: { authorization: 'Bearer sk-1' } }])
    expect(requests[0]?.body).toBe(engine.prepare?.(background(), turn).body)
  })

  it('counts tokens', async () => {
    const { baseUrl, requests } = await startProvider(answerWith('{"object":"response.input_tokens","input_tokens":7}'))
    expect(await make(baseUrl).countTokens?.(background(), turn)).toBe(7)
    expect(requests).toMatchObject([{ url: '/v1/responses/input_tokens' }])
  })

  it('ends the request at an abort, with what had come', async () => {
    const { body } = readRecording('reasoning-summary-stream')
    const { baseUrl, hungUp } = await startProvider((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(body.slice(0, body.indexOf('reasoning_summary_part.done')))
    })
    const controller = new AbortController()
    const events: Event[] = []
    const publish = (event: Event) => {
      events.push(event)
      if (event.type === 'reasoning-delta') controller.abort()
    }
    const ctx = withEventSinks(background({ signal: controller.signal }), { publish })
    const running = make(baseUrl).runInference(ctx, turn)
    await expect(running).rejects.toMatchObject({ code: 'cancelled', visible: true })
    await hungUp
    expect(events.at(-1)).toMatchObject({ type: 'provider-call-finished', record: { outcome: 'cancelled' } })
  })

  it('is refused with the class of the error, once', async () => {
    const { body } = readRecording('http-error')
    const { baseUrl, requests } = await startProvider(
      answerWith(body, { status: 400, headers: { 'x-request-id': 'req_1' } }),
    )
    await expect(make(baseUrl).runInference(background(), turn)).rejects.toMatchObject({
      code: 'invalid_request',
      providerCode: 'unsupported_value',
      requestId: 'req_1',
    })
    expect(requests).toHaveLength(1)
  })
})

it.each([byClient, byFetch])('options that are not known are refused', (make) => {
  const options = { model, stores: true }
  expect(() => make(options)).toThrow(expect.objectContaining({ code: 'invalid_options' }))
})
