import { describe, expect, it } from 'vitest'
import { flags } from './flags.ts'
import { helpText } from './help.ts'

describe('helpText', () => {
  it('has a line for every flag, none wider than a terminal', () => {
    const lines = helpText().split('\n')
    for (const name of Object.keys(flags)) expect(lines.filter((line) => line.includes(`--${name} `))).not.toEqual([])
    expect(lines.filter((line) => line.length > 80)).toEqual([])
  })
})
