import { expect, it } from 'vitest'
import { type EngineErrorCode, errorCodeOfStatus } from './index.ts'

it.each<[number, EngineErrorCode]>([
  [302, 'invalid_options'],
  [400, 'invalid_request'],
  [401, 'auth'],
  [402, 'quota'],
  [403, 'permission'],
  [404, 'not_found'],
  [408, 'timeout'],
  [409, 'unavailable'],
  [413, 'context_overflow'],
  [422, 'invalid_request'],
  [424, 'unavailable'],
  [429, 'rate_limit'],
  [500, 'unavailable'],
  [502, 'unavailable'],
  [503, 'overloaded'],
  [504, 'timeout'],
  [529, 'overloaded'],
])('status %i is %s', (status, code) => {
  expect(errorCodeOfStatus(status)).toBe(code)
})
