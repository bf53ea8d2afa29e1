import { appendBlocks, userBlock } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { answerChunks, answerJson, chunk, type Outcome, prepareFor } from './chat.test-helper.ts'

const done = '[DONE]'
const text = (said: object) => ({ type: 'reasoning.text', index: 0, ...said })
const details = (...list: readonly object[]) => chunk({ reasoning_details: list })
const asNext = ({ turn }: Outcome) =>
  prepareFor(appendBlocks(turn, userBlock('go on')), { host: 'openrouter' }).messages[1]?.['reasoning_details']

describe('reasoning details of a whole answer', () => {
  it('are never joined', async () => {
    const list = [
      text({ text: 'a' }),
      text({ text: 'b', signature: 's' }),
      { type: 'reasoning.summary', summary: 'c' },
      { type: 'reasoning.summary', summary: 'd' },
    ]
    const outcome = await answerJson({
      choices: [{ message: { content: 'x', reasoning: 'ab', reasoning_details: list } }],
    })
    expect(asNext(outcome)).toEqual(list)
  })
})

describe('reasoning details of a stream', () => {
  it.each([
    [
      'without an index',
      [
        { type: 'reasoning.text', text: 'a' },
        { type: 'reasoning.text', text: 'b' },
      ],
    ],
    ['with other ids', [text({ text: 'a', id: '1' }), text({ text: 'b', id: '2' })]],
    ['behind a signature', [text({ text: 'a', signature: 's' }), text({ text: 'b', signature: 't' })]],
  ])('are apart %s', async (_how, list) => {
    const outcome = await answerChunks([...list.map((one) => details(one)), chunk({ content: 'x' }, 'stop'), done])
    expect(asNext(outcome)).toEqual(list)
  })

  it('go on behind the content that began', async () => {
    const outcome = await answerChunks([
      chunk({ reasoning: 'T', reasoning_details: [text({ text: 'T' })] }),
      chunk({ content: 'Hi' }),
      details(text({ signature: 'sig' })),
      chunk({}, 'stop'),
      done,
    ])
    expect(asNext(outcome)).toEqual([text({ text: 'T', signature: 'sig' })])
  })

  it('are shown where nothing else says their text', async () => {
    const { answer } = await answerChunks([
      details(text({ text: 'I th' })),
      details(text({ text: 'ink' })),
      chunk({ content: 'Hi' }, 'stop'),
      done,
    ])
    expect(answer).toMatchObject([{ kind: 'reasoning', text: 'I think' }, { text: 'Hi' }])
  })

  it('are shown once where a field has said their text before', async () => {
    const { answer } = await answerChunks([
      chunk({ reasoning: 'T' }),
      details(text({ text: 'T' })),
      chunk({ content: 'Hi' }, 'stop'),
      done,
    ])
    expect(answer).toMatchObject([{ kind: 'reasoning', text: 'T' }, { text: 'Hi' }])
  })
})

describe('reasoning in another form', () => {
  it.each([
    [{ thinking: 'abc' }],
    [{ reasoning: { content: 'abc' } }],
    [{ reasoning_content: [{ type: 'text', text: 'ab' }, 'c'] }],
  ])('as in %j is read', async (delta) => {
    const { answer } = await answerChunks([chunk(delta), chunk({ content: 'x' }, 'stop'), done])
    expect(answer).toMatchObject([{ kind: 'reasoning', text: 'abc' }, { text: 'x' }])
  })
})
