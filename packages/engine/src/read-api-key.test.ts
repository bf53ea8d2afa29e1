import { expect, it } from 'vitest'
import { EngineError } from './engine-error.ts'
import { keyFailureIn, readApiKey } from './read-api-key.ts'

it('is the key itself, what a function gives, or nothing where there is none', async () => {
  expect(await readApiKey('sk-1')).toBe('sk-1')
  expect(await readApiKey(async () => 'sk-2')).toBe('sk-2')
  expect(await readApiKey(undefined)).toBeUndefined()
})

it.each([
  ['throws', () => Promise.reject(new Error('the vault is locked')), 'there is no key: the vault is locked'],
  ['gives nothing', () => ' ', 'there is no key: the apiKey function gave none'],
])('is a failure of the key, not to be tried again, where the function %s', async (_, apiKey, message) => {
  await expect(readApiKey(apiKey)).rejects.toMatchObject({ code: 'auth', retryable: false, message })
})

it('is what the function says of it where that is an error of an engine, also below the error that a client makes of it', async () => {
  const busy = new EngineError('unavailable', 'the vault is busy')
  await expect(readApiKey(() => Promise.reject(busy))).rejects.toBe(busy)
  expect(keyFailureIn(new Error('Failed to get token', { cause: busy }))).toBe(busy)
  expect(keyFailureIn(new Error('fetch failed', { cause: new Error('ECONNREFUSED') }))).toBeUndefined()
})
