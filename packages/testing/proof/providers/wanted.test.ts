import { expect, it } from 'vitest'
import { readExchanges } from './recordings.ts'
import { wantedOf } from './wanted.ts'

it('what is recorded as expected is wanted as it is, but for two exchanges', () => {
  const others = readExchanges().filter((exchange) => wantedOf(exchange) !== exchange.expected)
  expect(others.map(({ id }) => id)).toEqual(['openai-chat/prompt-cache.1', 'openai-responses/phase-text-and-tool'])
})
