import { providerCalls } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { answerBytes, answerChunks, answerJson, chunk } from './chat.test-helper.ts'

const done = '[DONE]'

describe('the end of a stream', () => {
  it('keeps the usage that comes behind the finish reason', async () => {
    const usage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 }
    const { turn } = await answerChunks([chunk({ content: 'Hi' }, 'stop'), { choices: [], usage }, done])
    expect(providerCalls(turn)[0]?.usage).toEqual({
      input: { uncached: 5 },
      output: { text: 2 },
      source: 'reported',
      raw: usage,
    })
  })

  it('may come without [DONE] behind a finish reason', async () => {
    const { error, turn } = await answerChunks([chunk({ content: 'Hi' }, 'stop')])
    expect(error).toBeUndefined()
    expect(providerCalls(turn)[0]).toMatchObject({ stop: 'end_turn', providerStop: 'stop', responseId: 'c-1' })
  })

  it('is a cut without either: the text is kept, and it is an error', async () => {
    const { error, answer } = await answerChunks([chunk({ content: 'Hi' })])
    expect(error).toMatchObject({ code: 'protocol', visible: true })
    expect(answer).toMatchObject([{ kind: 'assistant', text: 'Hi', complete: false }])
  })

  it('is whole at [DONE] where a host gives no reason', async () => {
    const { error, answer } = await answerChunks([chunk({ content: 'Hi' }), done])
    expect(error).toBeUndefined()
    expect(answer).toMatchObject([{ text: 'Hi' }])
  })

  it('is a cut at [DONE] alone where tools are called: gateways send it too when what they pass on broke off', async () => {
    const call = { index: 0, id: 'a', function: { name: 'f', arguments: '{"x":1}' } }
    const { error, answer } = await answerChunks([chunk({ tool_calls: [call] }), done])
    expect(error).toMatchObject({ code: 'protocol', retryable: true })
    expect(answer).toMatchObject([{ kind: 'tool-call', input: { state: 'incomplete' }, complete: false }])
  })

  it('is a cut at [DONE] where nothing was said', async () => {
    const { error, answer } = await answerChunks([chunk({ role: 'assistant', content: '' }), done])
    expect(error).toMatchObject({ code: 'protocol' })
    expect(answer).toEqual([])
  })

  it.each([
    ['stop', 'end_turn'],
    ['length', 'max_tokens'],
    ['content_filter', 'content_filter'],
    ['model_length', 'context_window'],
    ['tool_calls', 'end_turn'],
    ['eos', 'end_turn'],
  ])('reads %s without calls as %s', async (word, stop) => {
    const { turn } = await answerChunks([chunk({ content: 'x' }, word), done])
    expect(providerCalls(turn)[0]).toMatchObject({ stop, providerStop: word })
  })

  it('is for tool calls whenever there are some, whatever the word', async () => {
    const call = { index: 0, id: 'a', function: { name: 'f', arguments: '{}' } }
    const { turn } = await answerChunks([chunk({ tool_calls: [call] }, 'stop'), done])
    expect(providerCalls(turn)[0]?.stop).toBe('tool_calls')
  })

  it('names the stop sequence that vLLM met', async () => {
    const last = { choices: [{ index: 0, delta: {}, finish_reason: 'stop', stop_reason: 'END' }] }
    const { turn } = await answerChunks([chunk({ content: 'x' }), last, done])
    expect(providerCalls(turn)[0]?.stop).toBe('stop_sequence')
  })

  it.each(['length', 'content_filter'])('stays a cut at the word %s, whatever word comes behind', async (word) => {
    const call = { index: 0, id: 'a', function: { name: 'f', arguments: '{"x":1}' } }
    const { answer, turn } = await answerChunks([chunk({ tool_calls: [call] }, word), chunk({}, 'stop'), done])
    expect(answer).toMatchObject([{ input: { state: 'incomplete' }, complete: false }])
    expect(providerCalls(turn)[0]).toMatchObject({ providerStop: word })
  })

  it.each(['error', 'insufficient_system_resource', 'abort'])('is a failure at the word %s', async (word) => {
    const { error, answer } = await answerChunks([chunk({ content: 'par' }), chunk({}, word), done])
    expect(error).toMatchObject({ code: 'unavailable', retryable: true })
    expect(answer).toMatchObject([{ text: 'par', complete: false }])
  })
})

describe('an error inside a stream', () => {
  it('ends the answer with what had come', async () => {
    const failure = { error: { message: 'Slow down', type: 'rate_limit_error', code: 'rate_limit_exceeded' } }
    const { error, answer } = await answerChunks([chunk({ content: 'par' }), failure, chunk({ content: 'tial' }), done])
    expect(error).toMatchObject({ code: 'rate_limit', providerCode: 'rate_limit_exceeded', message: 'Slow down' })
    expect(answer).toMatchObject([{ text: 'par', complete: false }])
  })

  it('may be a word on the choice, as OpenRouter has it, with a status for its code', async () => {
    const error = { code: 502, message: 'Upstream broke' }
    const last = { choices: [{ index: 0, delta: {}, finish_reason: 'error', error }] }
    const outcome = await answerChunks([chunk({ content: 'par' }), last, done])
    expect(outcome.error).toMatchObject({ code: 'unavailable', status: 502, message: 'Upstream broke' })
  })

  const bare = { object: 'error', message: 'Boom', type: 'BadRequestError', code: 400 }

  it.each([
    ['as vLLM has it', bare, 'Boom'],
    ['with a message alone', { message: 'Boom' }, 'Boom'],
    ['with a detail', { detail: [{ msg: 'Boom' }] }, '[{"msg":"Boom"}]'],
    ['with a code alone', { error_code: 17, error_msg: 'Boom' }, 'Boom'],
  ])('may stand bare, %s', async (_how, failure, message) => {
    const { error, answer } = await answerChunks([chunk({ content: 'par' }), failure, done])
    expect(error).toMatchObject({ message })
    expect(answer).toMatchObject([{ text: 'par', complete: false }])
    expect((await answerJson(failure)).error).toMatchObject({ message })
  })

  it.each([[''], [false], [{}], [null]])('is none where a host has an empty field for it, as %j', async (empty) => {
    const { error, answer } = await answerChunks([{ ...chunk({ content: 'Hi' }, 'stop'), error: empty }, done])
    expect(error).toBeUndefined()
    expect(answer).toMatchObject([{ text: 'Hi' }])
    const whole = { choices: [{ message: { content: 'Hi' }, finish_reason: 'stop' }], error: empty }
    expect((await answerJson(whole)).error).toBeUndefined()
  })

  it('may be a text in an event of that name', async () => {
    const frames = `data: ${JSON.stringify(chunk({ content: 'par' }))}\n\nevent: error\ndata: it broke\n\n`
    const { error, answer } = await answerBytes([new TextEncoder().encode(frames)])
    expect(error).toMatchObject({ code: 'unavailable', message: 'it broke' })
    expect(answer).toMatchObject([{ text: 'par', complete: false }])
  })

  it.each(['ok', '"ok"', '17'])('is no event that keeps the connection open and says %s', async (data) => {
    const frames = `event: keepalive\ndata: ${data}\n\ndata: ${JSON.stringify(chunk({ content: 'Hi' }, 'stop'))}\n\n`
    const { error, answer } = await answerBytes([new TextEncoder().encode(frames)])
    expect(error).toBeUndefined()
    expect(answer).toMatchObject([{ text: 'Hi' }])
  })

  it('is not made of a number that JSON cannot hold, nor of data that is too deep', async () => {
    const deep = `${'['.repeat(2000)}${']'.repeat(2000)}`
    const last = `{"choices":[],"usage":{"prompt_tokens":1e999,"completion_tokens":2,"more":${deep}}}`
    const { error, turn } = await answerChunks([chunk({ content: 'Hi' }, 'stop'), last, done])
    expect(error).toBeUndefined()
    expect(providerCalls(turn)[0]?.usage).toMatchObject({ input: {}, output: { text: 2 }, source: 'partial' })
  })

  it('is reported when the wire holds no JSON', async () => {
    const { error } = await answerChunks(['<html>'])
    expect(error).toMatchObject({ code: 'protocol' })
  })
})

describe('a JSON answer', () => {
  it('is whole without a finish reason', async () => {
    const { answer, error } = await answerJson({ choices: [{ message: { content: 'Hi' } }] })
    expect(error).toBeUndefined()
    expect(answer).toMatchObject([{ text: 'Hi' }])
  })

  it.each([[[]], [[null]]])('without a choice, as %j, is not whole, and may be asked for again', async (choices) => {
    expect((await answerJson({ choices })).error).toMatchObject({ code: 'protocol', retryable: true })
  })

  it('with an error in it is one', async () => {
    const { error } = await answerJson({ error: { message: 'No', type: 'server_error' } })
    expect(error).toMatchObject({ code: 'unavailable', message: 'No' })
  })

  it.each([[[]], [{}], ['text'], [{ error: null }]])('that is %j is none', async (body) => {
    expect((await answerJson(body)).error).toMatchObject({ code: 'protocol' })
  })
})
