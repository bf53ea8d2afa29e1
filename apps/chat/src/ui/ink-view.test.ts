import { expect, it, vi } from 'vitest'
import { InkView } from './ink-view.ts'
import { noKey } from './input/key.test-helper.ts'
import type { Keyboard } from './keyboard.ts'

function view() {
  const opened: Keyboard[] = []
  const ink = new InkView(({ keyboard }) => {
    opened.push(keyboard)
    return { close: () => Promise.resolve(), suspend: () => {} }
  })
  const onInterrupt = vi.fn()
  ink.onInterrupt = onInterrupt
  return { ink, onInterrupt, press: (key: string) => opened[0]?.press(key, noKey) }
}

it.each([
  ['Ctrl-C', '\x03'],
  ['Ctrl-D', '\x04'],
])('can be left with %s before it asks for anything', (_name, key) => {
  const { onInterrupt, press } = view()
  press(key)
  expect(onInterrupt).toHaveBeenCalledOnce()
})

it('is not left with Ctrl-D in the middle of an answer', async () => {
  const { ink, onInterrupt, press } = view()
  const reading = ink.readLine()
  await Promise.resolve()
  press('Hello\r')
  expect(await reading).toBe('Hello')
  press('\x04')
  expect(onInterrupt).not.toHaveBeenCalled()
  const next = ink.readLine()
  await Promise.resolve()
  press('\x04')
  expect(await next).toBeUndefined()
})
