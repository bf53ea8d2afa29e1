import { describe, expect, it } from 'vitest'
import { commandLine, optionsOf } from './options.ts'

const read = (...args: string[]) => optionsOf(commandLine.parse(args))

describe('the command line', () => {
  it('says where it listens, and where conversations are kept', () => {
    expect(read()).toEqual({ port: 4280, hasTools: true })
    expect(read('--port', '0', '--store', 'x.sqlite', '--no-tools')).toEqual({
      port: 0,
      hasTools: false,
      storePath: 'x.sqlite',
    })
  })

  it.each([[['--port', 'x']], [['--port', '70000']], [['--port', '-1']], [['words']]])('refuses %j', (args) => {
    expect(() => read(...args)).toThrow()
  })
})
