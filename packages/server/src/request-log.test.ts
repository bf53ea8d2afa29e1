import type { SentRequest } from '@geppetto/client/protocol'
import { expect, it } from 'vitest'
import { RequestLog } from './request-log.ts'

const request = (body: string): SentRequest => ({
  ...{ model: 'm', method: 'POST', address: '/', headers: {}, body, degradations: [], tokens: 0, sentAt: 0 },
})

it('keeps the newest requests, and the last however large it is', () => {
  const log = new RequestLog()
  const mebibyte = 'x'.repeat(1024 * 1024)
  for (let count = 0; count < 20; count++) log.add('session', `run ${count % 2}`, request(mebibyte))
  expect([log.of('session', 'run 0').length, log.of('session', 'run 1').length]).toEqual([8, 8])
  log.add('session', 'run 2', request(mebibyte.repeat(17)))
  expect([log.of('session', 'run 0'), log.of('session', 'run 2').length]).toEqual([[], 1])
  expect(log.of('another session', 'run 2')).toEqual([])
})
