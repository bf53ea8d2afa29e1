import { describe, expect, it } from 'vitest'
import { parseOptions } from './options.ts'
import { wantsScreen } from './screen-choice.ts'

const size = { columns: 80, rows: 24 }

function isDrawn(args: readonly string[], environment: NodeJS.ProcessEnv = {}, screen = size): boolean {
  const request = parseOptions(args, [])
  return request.kind === 'chat' && wantsScreen(request.options, { TERM: 'xterm', ...environment }, screen)
}

describe('wantsScreen', () => {
  it('draws in a usual terminal, also where a variable is set to nothing', () => {
    expect(isDrawn([])).toBe(true)
    expect(isDrawn([], { NO_COLOR: '', ACCESSIBLE: '0', INK_SCREEN_READER: 'false' })).toBe(true)
  })

  it.each([['--plain'], ['--full'], ['--with-metadata'], ['--output=json'], ['--output=yaml']])(
    'not with %s',
    (flag) => {
      expect(isDrawn([flag])).toBe(false)
    },
  )

  it.each([{ NO_COLOR: '1' }, { ACCESSIBLE: '1' }, { INK_SCREEN_READER: 'true' }, { TERM: 'dumb' }])(
    'not with %o',
    (environment) => expect(isDrawn([], environment)).toBe(false),
  )

  it('not where there is no room, or nobody knows how much', () => {
    expect(isDrawn([], {}, { columns: 39, rows: 24 })).toBe(false)
    expect(isDrawn([], {}, { columns: 80, rows: 9 })).toBe(false)
    expect(isDrawn([], {}, { columns: 0, rows: 0 })).toBe(false)
  })
})
