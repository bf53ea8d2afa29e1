import { afterEach, describe, expect, it } from 'vitest'
import { failure, infer } from './engine-under-test.test-helper.ts'
import { createFetchTransport, withoutHostLimits } from './index.ts'
import { beginStream, startProvider } from './loopback-provider.test-helper.ts'
import { summary, toStream } from './script-adapter.test-helper.ts'

const ofProcess = Symbol.for('undici.globalDispatcher.1')
const original: unknown = Reflect.get(globalThis, ofProcess)
afterEach(() => void Reflect.set(globalThis, ofProcess, original))

/** Has requests go by a way that notes the limits that they are given. */
function watchProcess(): unknown[] {
  const seen: unknown[] = []
  Reflect.set(globalThis, ofProcess, {
    dispatch(options: { headersTimeout?: number; bodyTimeout?: number }, handler: unknown) {
      seen.push([options.headersTimeout, options.bodyTimeout])
      if (typeof original !== 'object' || original === null) throw new TypeError('this is not Node')
      const dispatch: unknown = Reflect.get(original, 'dispatch')
      return typeof dispatch === 'function' ? dispatch.call(original, options, handler) : undefined
    },
  })
  return seen
}

describe("the limits of Node's own fetch", () => {
  it('do not hold for a call, which has its own, and it goes the way of the process', async () => {
    await using provider = await startProvider((response) => {
      beginStream(response)
      response.end(toStream([{ do: 'stop', word: 'end' }]))
    })
    const seen = watchProcess()
    const { turn } = await infer(provider.baseUrl).outcome
    expect(summary(turn)).toMatchObject({ outcomes: ['completed'] })
    expect(seen).toEqual([[0, 0]])
  })

  it("are the program's own affair where it has a fetch or a way of its own, and where there are none", () => {
    const own: typeof fetch = (input, init) => fetch(input, init)
    const init: RequestInit = { method: 'POST' }
    expect(withoutHostLimits(own, init)).toBe(init)
    const proxied = { method: 'POST', dispatcher: {} }
    expect(withoutHostLimits(fetch, proxied)).toBe(proxied)
    Reflect.set(globalThis, ofProcess, undefined)
    expect(withoutHostLimits(fetch, init)).toBe(init)
  })

  it.each(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'])('are a timeout where they hold: %s', async (code) => {
    const cause = Object.assign(new Error('Timeout Error'), { code })
    const transport = createFetchTransport({
      baseUrl: 'https://api.example',
      fetch: () => Promise.reject(new TypeError('fetch failed', { cause })),
    })
    expect(await failure(infer(transport))).toMatchObject({
      code: 'timeout',
      retryable: false,
      message: expect.stringMatching(
        /^api\.example did not answer: Timeout Error .*time limit of its own.*headersTimeout/,
      ),
    })
  })
})
