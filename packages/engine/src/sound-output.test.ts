import { background } from '@geppetto/context'
import { withEventSinks } from '@geppetto/events'
import { type JsonValue, providerCalls } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { hello } from './engine-under-test.test-helper.ts'
import { collectEvents } from './event-collector.test-helper.ts'
import { EngineError, startProviderCall } from './index.ts'

const deep = (levels: number): JsonValue => JSON.parse('['.repeat(levels) + ']'.repeat(levels))
const huge: JsonValue = JSON.parse('{"n":1e999}')
const unsound: readonly (readonly [what: string, value: JsonValue])[] = [
  ['a number beyond all numbers', huge],
  ['lists in lists without an end', deep(600)],
]

function start() {
  const sink = collectEvents()
  return {
    sink,
    call: startProviderCall(withEventSinks(background(), sink), hello, { api: 'a', host: 'h', model: 'm' }),
  }
}

describe.each(unsound)('%s in what a provider says', (_what, value) => {
  it('does not lose the answer when it is in the usage, and the call ends once', () => {
    const { call, sink } = start()
    const counters = { uncached: Number.POSITIVE_INFINITY, cacheRead: -3, cacheWrite: 2 }
    const usage = {
      input: counters,
      output: { text: Number.NaN, reasoning: 4 },
      source: 'reported',
      raw: value,
    } as const
    call.update({ usage })
    const text = call.text()
    text.append('Yes.')
    text.finish()
    call.stop('end_turn')
    const sound = { input: { cacheWrite: 2 }, output: { reasoning: 4 }, source: 'reported' }
    expect(providerCalls(call.finish()).map((record) => record.usage)).toEqual([sound])
    expect(sink.events[1]).toMatchObject({ type: 'provider-call-updated', usage: sound })
    expect(sink.types.filter((type) => type === 'provider-call-finished')).toHaveLength(1)
    expect(sink.problem()).toBeUndefined()
  })

  it('does not lose the error of a call that failed', () => {
    const { call, sink } = start()
    call.update({ usage: { input: {}, output: {}, source: 'reported', raw: value } })
    call.text().cite({ title: 'Here', raw: value })
    const error = call.abort(new EngineError('network', 'gone'))
    expect(error).toMatchObject({ code: 'network' })
    expect(error.partial && providerCalls(error.partial)).toMatchObject([{ outcome: 'failed' }])
    expect(sink.types.filter((type) => type === 'provider-call-finished')).toHaveLength(1)
  })

  it('is left out where it is opaque data, a citation, or what a server tool did, which are then not replayed', () => {
    const { call } = start()
    const text = call.text()
    text.append('See there.')
    text.cite({ title: 'There', raw: value })
    text.finish({ payload: value, citations: [{ url: 'https://example.org', raw: value }] })
    const tool = call.serverTool('search')
    tool.progress({ status: 'called', data: value })
    tool.finish({ input: 1, output: value, payload: { id: 's1' } })
    call.stop('end_turn')
    const [said, did] = call.finish().blocks.slice(-2)
    expect(said).toMatchObject({ citations: [{ title: 'There' }, { url: 'https://example.org' }] })
    expect(did).toMatchObject({ kind: 'provider', input: 1 })
    for (const block of [said, did]) expect(block?.native).toBeUndefined()
  })
})
