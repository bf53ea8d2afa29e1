import { expect, it, vi } from 'vitest'
import { Composer } from './input/composer.ts'
import { noKey } from './input/key.test-helper.ts'
import { Keyboard } from './keyboard.ts'
import { ScreenStore } from './screen-state.ts'

function keyboard() {
  const store = new ScreenStore()
  const composer = new Composer(() => [])
  const said: string[] = []
  composer.onSubmit = (line) => {
    said.push(line)
    store.set({ busySince: 1 })
  }
  const actions = { interrupt: vi.fn(), leave: vi.fn(), say: vi.fn(), unfold: vi.fn(), suspend: vi.fn() }
  store.clear('busySince')
  return { keys: new Keyboard(store, composer, actions), composer, said, actions }
}

it('takes keys one by one that came as one, as where the program was busy', () => {
  const { keys, said, actions, composer } = keyboard()
  keys.press('Hello\r\x03', noKey)
  expect(said).toEqual(['Hello'])
  expect(actions.interrupt).toHaveBeenCalledOnce()
  keys.press('\r\x1a', noKey)
  expect(actions.suspend).toHaveBeenCalledOnce()
  keys.press('ab\x01c', noKey)
  expect(composer.text).toBe('cab')
})

it('leaves on Ctrl-C that comes twice at once', () => {
  const { keys, actions } = keyboard()
  keys.press('\x03\x03', noKey)
  expect(actions.leave).toHaveBeenCalledOnce()
})

it('sends a line with Enter behind it, and not several lines that a terminal without pastes hands over as one', () => {
  const { keys, said, composer } = keyboard()
  keys.press('one\rtwo\rthree\r', noKey)
  expect(said).toEqual([])
  expect(composer.text).toBe('one\ntwo\nthree\n')
})
