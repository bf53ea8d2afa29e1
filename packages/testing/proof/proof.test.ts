import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { instrument } from './instrument.ts'
import { applyMutation } from './mutation.ts'
import { mutations } from './mutations.ts'
import { runProgram } from './run-program.test-helper.ts'

describe('the proof', () => {
  it('keeps every promise where the code goes on after waiting, cancelled and thrown at, and counts the points', async () => {
    const { code, output } = await runProgram('main.ts')
    expect(output).toMatch(/^together +\d+/m)
    expect(output).toMatch(/each promise was kept in each$/)
    expect(code).toBe(0)
  }, 300_000)

  it('sees a change of the settlement that breaks a promise', async () => {
    const index = mutations.findIndex((one) => 'drop' in one && one.drop.includes('run.stopWork()'))
    const { code, output } = await runProgram('try-mutation.ts', String(index))
    expect(output).toBe("a text: P4: the run's signal goes on after its end")
    expect(code).toBe(0)
  }, 300_000)

  it('has only mutations that change what is there', () => {
    for (const mutation of mutations) {
      const source = readFileSync(new URL(`../../${mutation.file}`, import.meta.url), 'utf8')
      expect(applyMutation(mutation, source)).not.toBe(source)
    }
  })
})

describe('instrumented code', () => {
  it('calls behind each await, in each round of a for await, and in callbacks of promises and timers', () => {
    const code = [
      'const one = await first(await second)',
      'for await (const item of items) { use(item) }',
      'promise.then((value) => value, fail)',
      'clock.schedule(ring, 5)',
    ].join('\n')
    const lines = instrument('session/src/runs/run.ts', code).split('\n')
    const hook = (name: string, line: number) =>
      `globalThis.geppettoContinuations.${name}("session/runs/run.ts:${line}"`
    expect(lines).toEqual([
      `const one = ${hook('goOn', 1)}, await first(${hook('goOn', 1)}, await second)))`,
      `for await (const item of items) { ${hook('goOn', 2)}); use(item) }`,
      `promise.then(${hook('callback', 3)}, (value) => value), ${hook('callback', 3)}, fail))`,
      `clock.schedule(${hook('callback', 4)}, ring), 5)`,
    ])
  })
})
