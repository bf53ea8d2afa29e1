import { expect, it } from 'vitest'
import { reasoningSecrets } from './reasoning-secrets.ts'
import { readExchanges } from './recordings.ts'

it('finds as many opaque values in each response as must survive', () => {
  const counts = readExchanges().map((exchange) => [
    exchange.id,
    reasoningSecrets(exchange).length,
    exchange.expected.opaqueReasoning,
  ])
  expect(counts.filter(([, found, expected]) => found !== expected)).toEqual([])
})
