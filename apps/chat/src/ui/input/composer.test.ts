import { describe, expect, it } from 'vitest'
import { completionsOf } from '../../commands.ts'
import { Composer } from './composer.ts'
import { noKey } from './key.test-helper.ts'

function start() {
  const said: string[] = []
  const composer = new Composer(completionsOf)
  composer.onSubmit = (line) => said.push(line)
  const type = (text: string) => composer.press(text, noKey)
  const press = (key: Partial<typeof noKey>, input = '') => composer.press(input, { ...noKey, ...key })
  return { said, composer, type, press, text: () => composer.text, cursor: () => composer.snapshot().draft.cursor }
}

describe('Composer', () => {
  it('calls back what was said in a session before, the newest first, and what was being typed below it', () => {
    const { composer, type, press, text } = start()
    composer.remember(['first', 'second'])
    type('begun')
    press({ upArrow: true })
    expect(text()).toBe('second')
    press({ upArrow: true })
    expect(text()).toBe('first')
    press({ downArrow: true })
    press({ downArrow: true })
    expect(text()).toBe('begun')
  })

  it('edits within the line, by characters as a reader counts them and by words', () => {
    const { type, press, text } = start()
    type('one two 👩‍👩‍👧')
    press({ backspace: true })
    expect(text()).toBe('one two ')
    press({ ctrl: true }, 'w')
    expect(text()).toBe('one ')
    press({ home: true })
    type('>')
    press({ end: true })
    press({ leftArrow: true, meta: true })
    press({ ctrl: true }, 'k')
    expect(text()).toBe('>')
  })

  it('takes Enter for a new line behind a backslash and with Alt, Shift or Ctrl', () => {
    const { said, type, press, text } = start()
    type('a\\')
    press({ return: true })
    for (const key of ['meta', 'shift', 'ctrl'] as const) press({ return: true, [key]: true })
    expect(text()).toBe('a\n\n\n\n')
    expect(said).toEqual([])
  })

  it('does not say nothing', () => {
    const { said, type, press } = start()
    press({ return: true })
    type('  ')
    press({ return: true })
    expect(said).toEqual([])
  })

  it('leaves out what a paste has to steer a terminal with', () => {
    const { composer, text } = start()
    composer.paste('a\r\nb\x1b[31m\tc')
    expect(text()).toBe('a\nb[31m  c')
  })

  it('moves through its lines, then through what was said, and back to what was begun', () => {
    const { type, press, text, cursor } = start()
    type('first')
    press({ return: true })
    type('second')
    press({ return: true })
    type('begun\nhere')
    press({ upArrow: true })
    expect(cursor()).toBe(4)
    press({ upArrow: true })
    expect(text()).toBe('second')
    press({ upArrow: true })
    press({ upArrow: true })
    expect(text()).toBe('first')
    press({ downArrow: true })
    press({ downArrow: true })
    expect(text()).toBe('begun\nhere')
  })

  it('says the command that is selected, and waits where it needs a name', () => {
    const { said, type, press, text } = start()
    type('/he')
    press({ return: true })
    expect(said).toEqual(['/help'])
    type('/ren')
    press({ return: true })
    expect(text()).toBe('/rename ')
    expect(said).toEqual(['/help'])
  })

  it('goes through the list in a circle', () => {
    const { type, press, text } = start()
    type('/ex')
    press({ upArrow: true })
    press({ tab: true })
    expect(text()).toBe('/exit')
  })
})
