import { describe, expect, it } from 'vitest'
import { visibleText } from './visible-text.ts'

describe('visibleText', () => {
  it('shows what would steer a terminal, and leaves lines and tabs', () => {
    expect(visibleText('a\u001b[2Jb\u0007\u009b1m\tc\nd\r\n')).toBe('a\\x1b[2Jb\\x07\\x9b1m\tc\nd\n')
  })

  it('leaves words of any script as they are', () => expect(visibleText('Grüße, 世界 👋🏽')).toBe('Grüße, 世界 👋🏽'))
})
