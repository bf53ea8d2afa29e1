import { type Client, createClient } from '@geppetto/client'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { createSessionServer } from '@geppetto/server'
import { createMemoryStore } from '@geppetto/session'
import { createScriptedEngine, type Script } from '@geppetto/testing'
import { JSDOM } from 'jsdom'
import type { ReactNode } from 'react'
import { afterEach, vi } from 'vitest'

/** A page whose frames are drawn when the test says so. */
export interface Page {
  readonly text: () => string
  render(node: ReactNode): void
  /** The user looks at something else. */
  hide(): void
  /** Draws a frame; whether there was something to do. */
  frame(): Promise<boolean>
  /** Draws frames until the page says that; how many there were. */
  framesUntil(isThere: (text: string) => boolean): Promise<number>
  readonly client: Client
  leave(): void
}

const leaving: (() => void)[] = []

afterEach(() => {
  for (const leave of leaving.splice(0)) leave()
})

/** Opens a page of a server that says what is in the script. */
export async function openPage(script: Script): Promise<Page> {
  const { window } = new JSDOM('<!doctype html><div id="root"></div>', { url: 'http://localhost/' })
  const frames = new Map<number, () => void>()
  let count = 0
  vi.stubGlobal('window', window)
  vi.stubGlobal('document', window.document)
  let visibility = 'visible'
  Object.defineProperty(window.document, 'visibilityState', { get: () => visibility, configurable: true })
  vi.stubGlobal('requestAnimationFrame', (work: () => void) => {
    frames.set(++count, work)
    return count
  })
  vi.stubGlobal('cancelAnimationFrame', (frame: number) => frames.delete(frame))
  const { createRoot } = await import('react-dom/client')
  const element = window.document.getElementById('root')
  if (element === null) throw new Error('the page has no root')
  const root = createRoot(element)
  const builder = createEngineBuilder({ base: createScriptedEngine(script) })
  const server = createSessionServer({ builder, store: createMemoryStore() })
  const fetch: typeof globalThis.fetch = (input, init) =>
    server.handle(new Request(input, init), { remoteAddress: '127.0.0.1' })
  const client = createClient({ baseUrl: 'http://localhost', fetch })
  // The window stays: React has work in line that looks at it.
  leaving.push(() => {
    root.unmount()
    client.close()
  })
  const text = () => element.textContent ?? ''
  const frame = async () => {
    const due = [...frames.values()]
    frames.clear()
    for (const work of due) {
      work()
      // As in a browser, where what a callback has begun is done before the next one.
      await Promise.resolve()
    }
    return due.length > 0
  }
  return {
    text,
    client,
    hide() {
      visibility = 'hidden'
      window.document.dispatchEvent(new window.Event('visibilitychange'))
    },
    frame,
    render: (node) => root.render(node),
    async framesUntil(isThere) {
      let drawn = 0
      while (!isThere(text())) {
        if (await frame()) drawn++
        await new Promise((resolve) => setTimeout(resolve, 2))
      }
      return drawn
    },
    leave: () => root.unmount(),
  }
}
