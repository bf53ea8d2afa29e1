import { describe, expect, it } from 'vitest'
import { answerChunks, answerJson, chunk } from './chat.test-helper.ts'

const done = '[DONE]'

describe('what else may come', () => {
  it.each(['reasoning_content', 'reasoning', 'reasoning_text'])('is reasoning in %s', async (name) => {
    const { answer } = await answerChunks([
      chunk({ [name]: 'Hm' }),
      chunk({ [name]: 'm.', content: '' }),
      chunk({ content: 'Yes' }, 'stop'),
      done,
    ])
    expect(answer).toMatchObject([
      { kind: 'reasoning', text: 'Hmm.', native: { payload: { field: name } } },
      { kind: 'assistant', text: 'Yes' },
    ])
  })

  it('puts pieces of reasoning_details together, and keeps encrypted ones apart', async () => {
    const detail = (more: object) => ({ type: 'reasoning.text', index: 0, format: 'f', ...more })
    const secret = (index: number) => ({ type: 'reasoning.encrypted', index, data: `d${index}` })
    const { answer } = await answerChunks([
      chunk({ reasoning: 'A', reasoning_details: [detail({ text: 'A' })] }),
      chunk({ reasoning: 'B', reasoning_details: [detail({ text: 'B', signature: null })] }),
      chunk({ reasoning_details: [detail({ signature: 'sig' })] }),
      chunk({ reasoning_details: [secret(1)] }),
      chunk({ reasoning_details: [secret(2)] }),
      chunk({ content: 'Yes' }, 'stop'),
      done,
    ])
    const details = [detail({ text: 'AB', signature: 'sig' }), secret(1), secret(2)]
    expect(answer[0]).toMatchObject({ text: 'AB', native: { payload: { field: 'reasoning', details } } })
  })

  it('keeps details that come without text, and behind the answer', async () => {
    const secret = { type: 'reasoning.encrypted', data: 'x', index: 0 }
    const { answer } = await answerChunks([
      chunk({ content: 'Yes' }),
      chunk({ reasoning_details: [secret] }, 'stop'),
      done,
    ])
    expect(answer).toMatchObject([
      { kind: 'assistant', text: 'Yes' },
      { kind: 'reasoning', text: '', form: 'redacted', native: { payload: { details: [secret] } } },
    ])
  })

  it("reads Mistral's parts of a content", async () => {
    const { answer } = await answerChunks([
      chunk({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] }] }),
      chunk({ content: [{ type: 'text', text: 'Yes' }, { type: 'audio' }] }, 'stop'),
      done,
    ])
    expect(answer).toMatchObject([
      { kind: 'reasoning', text: 'Hm', native: { payload: { field: 'content' } } },
      { kind: 'assistant', text: 'Yes' },
    ])
  })

  it('takes the first of several choices', async () => {
    const { answer } = await answerChunks([
      { choices: [{ index: 1, delta: { content: 'two' } }] },
      {
        choices: [
          { index: 0, delta: { content: 'zero' } },
          { index: 1, delta: {}, finish_reason: 'stop' },
        ],
      },
      done,
    ])
    expect(answer).toMatchObject([{ text: 'two' }])
  })

  it('makes halves of characters whole again, or replaces them', async () => {
    const { answer } = await answerChunks([
      '{"choices":[{"index":0,"delta":{"content":"a\\ud83d"}}]}',
      '{"choices":[{"index":0,"delta":{"content":"\\ude00b\\ud83d"},"finish_reason":"stop"}]}',
      done,
    ])
    expect(answer).toMatchObject([{ text: 'a😀b\uFFFD' }])
  })

  it('cites in UTF-16 units, as the API counts an emoji as one', async () => {
    const url_citation = { url: 'https://a', title: 'A', start_index: 1, end_index: 4 }
    const cites = chunk({ annotations: [{ type: 'url_citation', url_citation }] }, 'stop')
    const { answer } = await answerChunks([chunk({ content: '🦜 Hi' }), cites, done])
    expect(answer).toMatchObject([{ citations: [{ start: 2, end: 5 }] }])
  })

  it('cites once, wherever the host lists its sources', async () => {
    const annotation = {
      type: 'url_citation',
      url_citation: { url: 'https://a', title: 'A', start_index: 0, end_index: 2 },
    }
    const { answer } = await answerChunks([
      { ...chunk({ annotations: [annotation] }), citations: ['https://b'] },
      { ...chunk({ content: 'Hi' }, 'stop'), citations: ['https://b'] },
      done,
    ])
    expect(answer).toMatchObject([
      { citations: [{ url: 'https://a', title: 'A', start: 0, end: 2, raw: annotation }, { url: 'https://b' }] },
    ])
  })

  it('passes over audio and what it does not know', async () => {
    const { error, answer } = await answerChunks([
      { x_new: { a: 1 }, choices: [{ index: 0, delta: { audio: { data: 'AAAA' }, novelty: [1] } }] },
      chunk({ content: 'Hi' }, 'stop'),
      done,
    ])
    expect(error).toBeUndefined()
    expect(answer).toMatchObject([{ text: 'Hi' }])
  })

  it.each([[[{ text: 'a' }]], [{ type: 'text', text: 'a' }], [['a']], [[{ type: 'output_text', text: 'a' }]]])(
    'reads text from the content %j',
    async (content) => {
      expect((await answerChunks([chunk({ content }, 'stop'), done])).answer).toMatchObject([{ text: 'a' }])
    },
  )

  it('reads a refusal that is a part of the content', async () => {
    const { answer } = await answerChunks([chunk({ content: [{ type: 'refusal', refusal: 'no' }] }, 'stop'), done])
    expect(answer).toMatchObject([{ text: 'no', refusal: true }])
  })

  it('takes what is spoken for text', async () => {
    const audio = { id: 'audio-1', data: 'AAAA', transcript: 'Hello' }
    const { answer } = await answerJson({ choices: [{ message: { content: null, audio }, finish_reason: 'stop' }] })
    expect(answer).toMatchObject([{ kind: 'assistant', text: 'Hello' }])
  })

  it('leaves <think> tags in the text', async () => {
    const { answer } = await answerChunks([chunk({ content: '<think>a</think>b' }, 'stop'), done])
    expect(answer).toMatchObject([{ kind: 'assistant', text: '<think>a</think>b' }])
  })
})
