import { providerCalls } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { blockOf, start, stopOf, streamOf, textBlock } from './frames.test-helper.ts'
import { answerWith } from './recordings.test-helper.ts'

const frames = [start, ...textBlock(0, 'H', 'i'), ...stopOf('end_turn')]
const stream = streamOf(...frames)
const deep = '['.repeat(600) + ']'.repeat(600)

const answerOf = (body: string, contentType = 'text/event-stream') => answerWith({ status: 200, contentType, body })

describe('what nobody knows in a stream is passed over', () => {
  it.each([
    ['a sign of life of a gateway', 'event: keepalive\ndata: ok\n\n'],
    ['the end that other formats have', 'data: [DONE]\n\n'],
    [
      'a block without a type',
      'data: {"type":"content_block_start","index":7,"content_block":{}}\n\ndata: {"type":"content_block_stop","index":7}\n\n',
    ],
    ['a frame with a number beyond all numbers', 'event: novelty\ndata: {"type":"novelty","n":1e999}\n\n'],
    ['a frame that is too deep', `data: {"type":"novelty","n":${deep}}\n\n`],
    [
      'usage with a number beyond all numbers',
      'data: {"type":"message_delta","delta":{},"usage":{"input_tokens":1e999,"x":1e999}}\n\n',
    ],
  ])('%s', async (_what, odd) => {
    const events = stream.body.split(/(?<=\n\n)/)
    for (let at = 0; at <= events.length; at++) {
      const { blocks, error, turn } = await answerOf(events.toSpliced(at, 0, odd).join(''))
      expect(error).toBeUndefined()
      expect(blocks).toMatchObject([{ kind: 'assistant', text: 'Hi' }])
      expect(providerCalls(turn)).toMatchObject([{ outcome: 'completed', usage: { output: { text: 5 } } }])
    }
  })

  it.each(['1e999', deep])('but a block of an unknown type is kept, less what cannot be', async (value) => {
    const odd = blockOf(1, { type: 'novelty', content: '$' })
    const { body } = streamOf(start, ...textBlock(0, 'Hi'), ...odd, ...stopOf('end_turn'))
    const { blocks, error } = await answerOf(body.replace('"$"', value))
    expect(error).toBeUndefined()
    expect(blocks).toMatchObject([{ text: 'Hi' }, { kind: 'provider', type: 'novelty' }])
    expect(blocks[1]).not.toHaveProperty('native')
  })

  it('but an event of the API that holds no JSON is an error', async () => {
    expect((await answerOf('event: message_start\ndata: ok\n\n')).error).toMatchObject({ code: 'protocol' })
  })
})

describe('a whole message', () => {
  it.each(['{"content":[]}', '{"type":"message","content":[{"type":"text","text":"Hi"}],"stop_reason":null}'])(
    'that does not say why it stopped is no answer: %s',
    async (body) => {
      expect((await answerOf(body, 'application/json')).error).toMatchObject({ code: 'protocol' })
    },
  )

  it('may say nothing', async () => {
    const { error, blocks, turn } = await answerOf('{"content":[],"stop_reason":"end_turn"}', 'application/json')
    expect([error, blocks, providerCalls(turn)[0]?.stop]).toEqual([undefined, [], 'end_turn'])
  })

  it('may hold a text that does not say that it is one', async () => {
    const { blocks } = await answerOf(
      '{"content":[{"text":"Hi"},{"odd":1}],"stop_reason":"end_turn"}',
      'application/json',
    )
    expect(blocks).toMatchObject([{ kind: 'assistant', text: 'Hi' }])
  })
})
