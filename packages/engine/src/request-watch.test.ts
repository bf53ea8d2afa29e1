import { background } from '@geppetto/context'
import { withEventSinks } from '@geppetto/events'
import { expect, it } from 'vitest'
import { hello } from './engine-under-test.test-helper.ts'
import { collectEvents } from './event-collector.test-helper.ts'
import { createAdapterEngine, createFetchTransport, type WatchedRequest, withRequestWatch } from './index.ts'
import { beginStream, startProvider } from './loopback-provider.test-helper.ts'
import { scriptAdapter, toStream } from './script-adapter.test-helper.ts'

it('whoever watches a run is told of each request as it is sent, under the id of its call', async () => {
  await using provider = await startProvider((response) => {
    beginStream(response)
    response.end(toStream([{ do: 'stop', word: 'end' }]))
  })
  const transport = createFetchTransport({ baseUrl: provider.baseUrl })
  const engine = createAdapterEngine(scriptAdapter, transport, { defaults: { model: 'script-1' } })
  const sink = collectEvents()
  const watched: WatchedRequest[] = []
  const watch = (request: WatchedRequest) => watched.push(request)
  await engine.runInference(withRequestWatch(withEventSinks(background(), sink), watch), hello)
  await engine.runInference(background(), hello)
  const call = sink.events.find(({ type }) => type === 'provider-call-started')?.correlation.providerCallId
  expect(watched.map(({ providerCallId }) => providerCallId)).toEqual([call])
  expect(call).toEqual(expect.any(String))
  expect(watched[0]?.request.body).toBe(provider.requests[0]?.body.toString('utf8'))
})
