import type { Client, SessionClient, SessionState } from '@geppetto/client'
import { createElement, Profiler, StrictMode, useEffect } from 'react'
import { describe, expect, it } from 'vitest'
import { openPage } from './page.test-helper.ts'
import { useSession } from './use-session.ts'

interface Seen {
  commits: number
  session?: SessionClient
  readonly states: SessionState[]
}

function Chat({ client, sessionId, seen }: { client: Client; sessionId: string; seen: Seen }) {
  const { state, session } = useSession(client, sessionId)
  useEffect(() => {
    seen.commits++
    seen.session = session
    seen.states.push(state)
  })
  const said = state.turns.flatMap(({ blocks }) =>
    blocks.map((block) => ('text' in block ? block.text : JSON.stringify('content' in block ? block.content : ''))),
  )
  const pending = state.pending.map(({ content }) => `(${content})`)
  return createElement('p', null, [...said, ...pending, state.run.status].join(' '))
}

const words = Array.from({ length: 400 }, (_, index) => `word${index} `)
const pause = { run: () => new Promise<void>((resolve) => setTimeout(resolve, 1)) }

describe('useSession', () => {
  it('shows the prompt at once, then the answer as it comes, with at most one commit a frame', async () => {
    const page = await openPage([words.flatMap((word) => [{ text: word }, pause])])
    await page.client.create({ sessionId: 'session1' })
    const seen: Seen = { commits: 0, states: [] }
    page.render(createElement(Chat, { client: page.client, sessionId: 'session1', seen }))
    await page.framesUntil((text) => text.includes('idle') && seen.states.at(-1)?.isLoaded === true)
    void seen.session?.submit('Talk to me')
    await page.framesUntil((text) => text.includes('(Talk to me)'))
    seen.commits = 0
    const frames = await page.framesUntil((text) => text.includes('word399') && text.endsWith('idle'))
    expect(seen.commits).toBeLessThanOrEqual(frames)
    expect(seen.commits).toBeGreaterThan(5)
    expect(page.text()).not.toContain('(Talk to me)')
    expect(page.text().split('Talk to me')).toHaveLength(2)
  })

  it('draws nothing between frames', async () => {
    const page = await openPage([words.map((text) => ({ text }))])
    await page.client.create({ sessionId: 'session1' })
    const seen: Seen = { commits: 0, states: [] }
    page.render(createElement(Chat, { client: page.client, sessionId: 'session1', seen }))
    await page.framesUntil(() => seen.states.at(-1)?.isLoaded === true)
    const before = seen.commits
    await seen.session?.submit('Talk to me')
    await seen.session?.until(({ run, turns }) => run.status === 'idle' && turns.length > 0)
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(seen.commits).toBe(before)
    await page.frame()
    await page.framesUntil((text) => text.includes('word399'))
    expect(seen.commits).toBe(before + 1)
  })

  it('goes on in a page that is hidden while it waits for its next frame', async () => {
    const page = await openPage([[{ text: 'Unseen' }]])
    await page.client.create({ sessionId: 'session1' })
    const seen: Seen = { commits: 0, states: [] }
    page.render(createElement(Chat, { client: page.client, sessionId: 'session1', seen }))
    await page.framesUntil(() => seen.states.at(-1)?.isLoaded === true)
    await seen.session?.submit('Talk to me')
    page.hide()
    while (!page.text().includes('Unseen')) await new Promise((resolve) => setTimeout(resolve, 2))
    expect(await page.frame()).toBe(false)
  })

  it('follows another session when it is given one, and works when it is mounted twice', async () => {
    const page = await openPage((_, call) => [{ text: `answer ${call}` }])
    for (const sessionId of ['session1', 'session2']) {
      await page.client.create({ sessionId })
      await page.client.session(sessionId).until()
      await page.client.session(sessionId).submit(`Hi ${sessionId}`)
    }
    const seen: Seen = { commits: 0, states: [] }
    const show = (sessionId: string) =>
      page.render(createElement(StrictMode, null, createElement(Chat, { client: page.client, sessionId, seen })))
    show('session1')
    await page.framesUntil((text) => text.includes('Hi session1') && text.includes('answer 1'))
    show('session2')
    await page.framesUntil((text) => text.includes('Hi session2') && text.includes('answer 2'))
    expect(page.text()).not.toContain('session1')
    page.leave()
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(await page.frame()).toBe(false)
  })

  it('is drawn once a frame however many components show a session, all of them the same', async () => {
    const page = await openPage([words.flatMap((word) => [{ text: word }, pause])])
    await page.client.create({ sessionId: 'session1' })
    const [one, two]: [Seen, Seen] = [
      { commits: 0, states: [] },
      { commits: 0, states: [] },
    ]
    let commits = 0
    const count = () => commits++
    const chat = (seen: Seen, key: string) =>
      createElement(Chat, { client: page.client, sessionId: 'session1', seen, key })
    page.render(createElement(Profiler, { id: 'page', onRender: count }, [chat(one, 'one'), chat(two, 'two')]))
    await page.framesUntil(() => one.states.at(-1)?.isLoaded === true && two.states.at(-1)?.isLoaded === true)
    void one.session?.submit('Talk to me')
    await page.framesUntil((text) => text.includes('(Talk to me)'))
    commits = 0
    const frames = await page.framesUntil((text) => text.includes('word399') && text.endsWith('idle'))
    expect(commits).toBeGreaterThan(5)
    expect(commits).toBeLessThanOrEqual(frames)
    expect(one.session).toBe(two.session)
    for (const state of two.states) expect(one.states).toContain(state)
  })

  it('shows what a session came to while nobody looked, when somebody does again', async () => {
    const page = await openPage([[{ text: 'Unseen' }]])
    await page.client.create({ sessionId: 'session1' })
    const seen: Seen = { commits: 0, states: [] }
    const session = page.client.session('session1')
    const leave = session.subscribe(() => {})
    page.render(createElement(Chat, { client: page.client, sessionId: 'session1', seen }))
    await page.framesUntil(() => seen.states.at(-1)?.isLoaded === true)
    page.render(null)
    await page.framesUntil((text) => text === '')
    await session.submit('Talk to me')
    await session.until(({ run, turns }) => run.status === 'idle' && turns.length > 0)
    seen.states.splice(0)
    page.render(createElement(Chat, { client: page.client, sessionId: 'session1', seen }))
    await page.framesUntil((text) => text.includes('Unseen') && seen.states.length > 0)
    expect(seen.states[0]?.turns).toHaveLength(1)
    leave()
  })
})
