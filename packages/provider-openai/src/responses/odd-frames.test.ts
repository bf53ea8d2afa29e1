import { describe, expect, it } from 'vitest'
import { message, texts } from './frames.test-helper.ts'
import { completed, play } from './play.test-helper.ts'

describe('frames as nobody writes them', () => {
  const frame = (name: string, data: string) => `${name === '' ? '' : `event: ${name}\n`}data: ${data}\n\n`
  const last = frame('', JSON.stringify(completed([message('Hi')])))
  const playText = async (...frames: readonly string[]) =>
    await play({ contentType: 'text/event-stream', body: frames.join('') })

  it.each([
    ['keepalive', 'ok'],
    ['keepalive', '"ok"'],
    ['response.novelty', 'no JSON'],
    ['response.novelty', '{"number":1e999}'],
    ['response.novelty', `${'['.repeat(900)}${']'.repeat(900)}`],
  ])('of the name %s are passed over when they say %.20s', async (name, data) => {
    const { blocks, error } = await playText(frame(name, data), last)
    expect(error).toBeUndefined()
    expect(texts(blocks)).toEqual(['Hi'])
  })

  it.each([
    ['', 'ok'],
    ['response.output_text.delta', 'ok'],
    ['response.completed', '[]'],
  ])('of the name %j are a fault of the protocol when they say %s', async (name, data) => {
    expect((await playText(frame(name, data), last)).error).toMatchObject({ code: 'protocol' })
  })

  it('end no answer where they say nothing', async () => {
    const { error } = await playText(frame('response.completed', '{}'))
    expect(error).toMatchObject({ code: 'protocol' })
  })

  it('that name an error give its text', async () => {
    expect((await playText(frame('error', 'it broke'))).error).toMatchObject({
      code: 'unavailable',
      message: 'it broke',
    })
  })

  it.each([['1e999'], [`${'['.repeat(900)}${']'.repeat(900)}`]])(
    'with an unknown item of %.10s keep that there was one',
    async (value) => {
      const item = `{"type":"dream","id":"dr_1","depth":${value},"name":"deep"}`
      const done = frame('response.output_item.done', `{"output_index":0,"item":${item}}`)
      const end = frame(
        'response.completed',
        `{"response":{"status":"completed","output":[${item}],"usage":{"input_tokens":1e999}}}`,
      )
      for (const frames of [[done, end], [end]]) {
        const { blocks, error } = await playText(...frames)
        expect(error).toBeUndefined()
        expect(blocks).toMatchObject([{ kind: 'provider', type: 'dream', name: 'deep' }])
      }
      const body = `{"status":"completed","output":[${item}]}`
      expect((await play({ contentType: 'application/json', body })).error).toBeUndefined()
    },
  )
})
