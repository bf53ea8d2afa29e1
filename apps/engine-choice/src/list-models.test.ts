import { afterEach, expect, it, vi } from 'vitest'
import { remoteEngines } from './engine-kind.ts'
import { listModels } from './list-models.ts'

afterEach(() => vi.unstubAllGlobals())

it.each([
  ['anthropic', 'http://a.test/v1', 'http://a.test/v1/models?limit=1000'],
  ['anthropic', 'http://a.test', 'http://a.test/v1/models?limit=1000'],
  ['openai-chat', 'http://a.test/v1/', 'http://a.test/v1/models'],
] as const)('asks %s at %s for its models once under its version', async (name, baseUrl, address) => {
  const asked: string[] = []
  vi.stubGlobal('fetch', async (url: string) => {
    asked.push(url)
    return Response.json({ data: [{ id: 'm-1' }] })
  })
  expect(await listModels(remoteEngines[name], { baseUrl }, new AbortController().signal)).toEqual(['m-1'])
  expect(asked).toEqual([address])
})
