import { describe, expect, it } from 'vitest'
import { helpText } from './help.ts'
import { commandLine } from './options.ts'

describe('helpText', () => {
  it('has a line for every flag, none wider than a terminal', () => {
    const lines = helpText().split('\n')
    const flags = commandLine.groups.flatMap((group) => Object.keys(group.flags))
    for (const name of flags) expect(lines.filter((line) => `${line} `.includes(`--${name} `))).not.toEqual([])
    expect(lines.filter((line) => line.length > 80)).toEqual([])
  })
})
