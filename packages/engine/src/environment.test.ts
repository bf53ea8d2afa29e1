import { afterEach, expect, it, vi } from 'vitest'
import { readEnvironment } from './index.ts'

afterEach(() => vi.unstubAllGlobals())

it('reads a variable without the white space around it, and none that says nothing', () => {
  vi.stubGlobal('process', { env: { KEY: ' secret\n', EMPTY: '  ' } })
  expect(['KEY', 'EMPTY', 'ABSENT'].map(readEnvironment)).toEqual(['secret', undefined, undefined])
})

it.each([undefined, null, {}, { env: null }])('finds nothing where the host has no environment: %j', (host) => {
  vi.stubGlobal('process', host)
  expect(readEnvironment('KEY')).toBeUndefined()
})
