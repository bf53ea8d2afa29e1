import { expect, it } from 'vitest'
import { createWarningLines } from './warning-lines.ts'

const dropped = (blockId: string) => ({
  code: 'request_degraded' as const,
  message: `reasoning-dropped: reasoning of another model (block ${blockId})`,
  degradation: { code: 'reasoning-dropped', message: 'reasoning of another model', blockId },
})

it('tells each warning once, short and without what says nothing to people', () => {
  const lines = createWarningLines()
  const long = { code: 'sink_failed' as const, message: `a sink\nfailed ${'x'.repeat(300)}` }
  expect(lines([dropped('1'), dropped('2'), long])).toEqual([
    '[reasoning-dropped] reasoning of another model',
    expect.stringMatching(/^\[warning\] a sink failed x+… \(314 characters\)$/),
  ])
  expect(lines([dropped('1'), dropped('3'), long])).toEqual([])
})
