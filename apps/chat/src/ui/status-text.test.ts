import { expect, it } from 'vitest'
import { statusText } from './status-text.ts'

const status = {
  engine: 'gpt-5-mini (openai-chat)',
  session: 'session trip',
  tokens: '6.0k tokens',
  cost: '$0.003',
  context: 'context 5% of 32k',
}

it.each([
  [100, 'gpt-5-mini (openai-chat) · session trip · 6.0k tokens · $0.003 · context 5% of 32k'],
  [70, 'gpt-5-mini (openai-chat) · 6.0k tokens · $0.003 · context 5% of 32k'],
  [60, 'gpt-5-mini (openai-chat) · $0.003 · context 5% of 32k'],
  [40, '$0.003 · context 5% of 32k'],
  [20, 'context 5% of 32k'],
])('says in %i columns what fits, the rarest last', (columns, text) => expect(statusText(status, columns)).toBe(text))

it('says who answers where that is all there is, however narrow it is', () =>
  expect(statusText({ engine: 'gpt-5-mini (openai-chat)' }, 10)).toBe('gpt-5-mini (openai-chat)'))
