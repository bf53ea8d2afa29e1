import { describe, expect, it } from 'vitest'
import { visible } from './visible.ts'

describe('visible', () => {
  it('shows what would steer a terminal, and leaves lines and tabs', () => {
    expect(visible('a\u001b[2Jb\u0007\u009b1m\tc\nd\r\n')).toBe('a\\x1b[2Jb\\x07\\x9b1m\tc\nd\n')
  })

  it('leaves words of any script as they are', () => expect(visible('Grüße, 世界 👋🏽')).toBe('Grüße, 世界 👋🏽'))
})
