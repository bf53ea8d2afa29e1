import { background } from '@geppetto/context'
import { createManualClock, settlePromises } from '@geppetto/context/manual-clock'
import { describe, expect, it } from 'vitest'
import { problemOf } from './protocol/problem.ts'
import { formatCursor, parseCursor } from './protocol/stream.ts'
import { ServerLink } from './server-link.ts'

type Answer = Response | Error

function linkTo(...answers: readonly Answer[]) {
  const clock = createManualClock()
  const asked: Request[] = []
  const link = new ServerLink({
    baseUrl: 'https://chat.example/api',
    fetch: async (input, init) => {
      asked.push(new Request(input, init))
      const answer = answers[Math.min(asked.length, answers.length) - 1]
      if (answer instanceof Response) return answer.clone()
      throw answer
    },
    headers: async () => ({ authorization: 'Bearer token' }),
    credentials: undefined,
    clock,
    connectivity: { isOnline: true, onChange: () => () => {} },
    random: () => 0,
    ctx: background({ clock }),
  })
  const ask = () => link.ask('/sessions', { method: 'POST', body: { a: 1 }, signal: new AbortController().signal })
  return { clock, asked, ask, link }
}

const problem = (...args: Parameters<typeof problemOf>) => {
  const document = problemOf(...args)
  return Response.json(document, { status: document.status, headers: { 'content-type': 'application/problem+json' } })
}

describe('asking a server', () => {
  it('sends JSON with the headers of the application, and gives JSON', async () => {
    const { ask, asked } = linkTo(Response.json({ fine: true }))
    expect(await ask()).toEqual({ fine: true })
    const [request] = asked
    expect([request?.url, request?.headers.get('authorization'), await request?.json()]).toEqual([
      'https://chat.example/api/sessions',
      'Bearer token',
      { a: 1 },
    ])
  })

  it('tries again what may succeed later, after twice as long each time, and no sooner than it was told', async () => {
    const { ask, asked, clock } = linkTo(
      new TypeError('refused'),
      problem('rate_limited', { retryAfterMs: 5000 }),
      Response.json({ fine: true }),
    )
    const answer = ask()
    await clock.advance(299)
    expect(asked).toHaveLength(1)
    await clock.advance(1)
    expect(asked).toHaveLength(2)
    await clock.advance(4999)
    expect(asked).toHaveLength(2)
    await clock.advance(1)
    expect(await answer).toEqual({ fine: true })
  })

  it.each([
    [
      'a problem document',
      problem('head_moved', { detail: 'Read it again.', field: 'head' }),
      { code: 'head_moved', status: 409, problem: { field: 'head' } },
    ],
    ['a page of somebody else', new Response('<h1>Not found</h1>', { status: 404 }), { code: 'protocol', status: 404 }],
    [
      'a problem of a later version',
      Response.json({ code: 'quite_new' }, { status: 418 }),
      { code: 'protocol', status: 418 },
    ],
    ['what is no JSON', new Response('fine'), { code: 'protocol' }],
  ])('fails at once at %s', async (_, answer, error) => {
    const { ask, asked } = linkTo(answer)
    await expect(ask()).rejects.toMatchObject({ name: 'ClientError', retryable: false, ...error })
    expect(asked).toHaveLength(1)
  })

  it('gives up after six tries, and says that the server was not reached', async () => {
    const { ask, asked, clock } = linkTo(new TypeError('refused'))
    const failing = expect(ask()).rejects.toMatchObject({ code: 'network', retryable: true })
    await clock.advance(60_000)
    await failing
    expect([asked.length, clock.scheduled]).toEqual([6, 0])
  })

  it('stops waiting when it is not wanted any more, and leaves no timer', async () => {
    const { link, clock } = linkTo(new TypeError('refused'))
    const controller = new AbortController()
    const answer = link.ask('/sessions', { signal: controller.signal })
    await settlePromises()
    controller.abort()
    await expect(answer).rejects.toMatchObject({ code: 'closed' })
    expect(clock.scheduled).toBe(0)
  })
})

describe('a cursor', () => {
  it('is the id of an event, and read back', () => {
    expect(parseCursor(formatCursor({ epoch: 3, seq: 128 }))).toEqual({ epoch: 3, seq: 128 })
    for (const text of ['', '3', '3.', '.3', '3.1.2', '-1.2', '1e3.1', ' 1.2', '9'.repeat(16) + '.1'])
      expect(parseCursor(text)).toBeUndefined()
  })
})
