import type { Client } from '@geppetto/client'
import { createElement, useEffect } from 'react'
import { describe, expect, it, vi } from 'vitest'
import { openPage } from './page.test-helper.ts'
import { type UsedSessions, useSessions } from './use-sessions.ts'

interface Seen {
  used?: UsedSessions
}

function List({ client, search, seen }: { client: Client; search: string; seen: Seen }) {
  const used = useSessions(client, { search, limit: 2 })
  useEffect(() => {
    seen.used = used
  })
  const titles = used.sessions.map(({ title }) => title).join(', ')
  return createElement('p', null, `${titles}${used.hasMore ? ' …' : ''}${used.error?.code ?? ''}`)
}

async function open() {
  const page = await openPage([])
  for (const title of ['Rain', 'Snow', 'Rainbow']) {
    await page.client.create({ title })
    // The list is in the order of their times.
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  const seen: Seen = {}
  const show = (search: string) => page.render(createElement(List, { client: page.client, search, seen }))
  return { page, seen, show }
}

describe('useSessions', () => {
  it('lists the sessions in pages, and searches in them', async () => {
    const { page, seen, show } = await open()
    show('')
    // Effects come a moment after what they are of is seen.
    await page.framesUntil((text) => text === 'Rainbow, Snow …' && seen.used?.hasMore === true)
    seen.used?.loadMore()
    await page.framesUntil((text) => text === 'Rainbow, Snow, Rain')
    const asked = seen.used
    seen.used?.refresh()
    await page.framesUntil(() => seen.used !== asked && seen.used?.isLoading === false)
    expect([page.text(), seen.used?.hasMore]).toEqual(['Rainbow, Snow, Rain', false])
    const list = vi.spyOn(page.client, 'list')
    for (const search of ['r', 'ra', 'rai', 'rain']) {
      show(search)
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    await page.framesUntil((text) => text === 'Rainbow, Rain' && seen.used?.isLoading === false)
    expect(seen.used?.hasMore).toBe(false)
    // Once, on a machine that is quick enough.
    expect(list.mock.calls.length).toBeLessThan(4)
    expect(list.mock.lastCall?.[0]).toMatchObject({ search: 'rain' })
  })

  it('makes and removes sessions, which is seen at once', async () => {
    const { page, seen, show } = await open()
    show('')
    await page.framesUntil((text) => text === 'Rainbow, Snow …')
    const made = await seen.used?.create({ title: 'Hail' })
    await page.framesUntil((text) => text === 'Hail, Rainbow, Snow …')
    const removing = seen.used?.remove(made?.sessionId ?? '')
    await page.framesUntil((text) => text === 'Rainbow, Snow …')
    await removing
    seen.used?.refresh()
    await page.framesUntil((text) => text === 'Rainbow, Snow …' && seen.used?.isLoading === false)
    // Another page was faster.
    await seen.used?.remove(made?.sessionId ?? '')
    page.client.close()
    await expect(seen.used?.remove(made?.sessionId ?? '')).rejects.toMatchObject({ code: 'closed' })
    await page.framesUntil((text) => text === 'Rainbow, Snow …closed')
  })

  it('is not told by an answer that was late of what was made or removed since', async () => {
    const { page, seen, show } = await open()
    show('')
    await page.framesUntil((text) => text === 'Rainbow, Snow …' && seen.used !== undefined)
    const { list, delete: remove } = page.client
    const late = Promise.withResolvers<void>()
    vi.spyOn(page.client, 'list').mockImplementationOnce(async (choice) => {
      const answer = await list(choice)
      await late.promise
      return answer
    })
    seen.used?.refresh()
    await seen.used?.create({ title: 'Hail' })
    await page.framesUntil((text) => text === 'Hail, Rainbow, Snow …')
    late.resolve()
    await page.framesUntil(() => seen.used?.isLoading === false)
    expect(page.text()).toContain('Hail')
    // One that comes between the click and the end of it.
    const slow = Promise.withResolvers<void>()
    vi.spyOn(page.client, 'delete').mockImplementationOnce(async (sessionId) => {
      await slow.promise
      return remove(sessionId)
    })
    const [first] = seen.used?.sessions ?? []
    const removing = seen.used?.remove(first?.sessionId ?? '')
    await page.framesUntil((text) => !text.includes('Hail'))
    const asked = seen.used
    seen.used?.refresh()
    await page.framesUntil(() => seen.used !== asked && seen.used?.isLoading === false)
    slow.resolve()
    await removing
    await page.framesUntil((text) => !text.includes('Hail') && text.includes('Rainbow'))
  })

  it('shows a session once whose making is told by the list first', async () => {
    const { page, seen, show } = await open()
    show('')
    await page.framesUntil((text) => text === 'Rainbow, Snow …' && seen.used !== undefined)
    const { create } = page.client
    const late = Promise.withResolvers<void>()
    vi.spyOn(page.client, 'create').mockImplementationOnce(async (session) => {
      const made = await create(session)
      await late.promise
      return made
    })
    const making = seen.used?.create({ title: 'Hail' })
    while (!page.text().startsWith('Hail')) {
      seen.used?.refresh()
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    late.resolve()
    await making
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(page.text().split('Hail')).toHaveLength(2)
  })

  it('says why there is no list', async () => {
    const { page, show } = await open()
    page.client.close()
    show('')
    await page.framesUntil((text) => text.includes('closed'))
  })
})
