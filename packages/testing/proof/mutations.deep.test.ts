import { describe, expect, it } from 'vitest'
import { mutations } from './mutations.ts'
import { runProgram } from './run-program.test-helper.ts'

describe('each promise hangs on the lines that keep it', () => {
  it.concurrent.each(mutations.map((mutation, index) => [index, mutation] as const))('%i %o', async (index) => {
    const { code, output } = await runProgram('try-mutation.ts', String(index))
    expect(code, output).toBe(0)
  })
})
