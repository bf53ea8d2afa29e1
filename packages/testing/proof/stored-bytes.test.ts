import { createEngineBuilder } from '@geppetto/enginebuilder'
import { createMemoryStore, Session } from '@geppetto/session'
import { defineTool } from '@geppetto/tools'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createManualClock, createScriptedEngine, createSequentialIds, type ScriptedCall } from '../src/index.ts'

const input = z.object({ query: z.string().describe('What to look for, in words.'), limit: z.number().int() })
const tools = Array.from({ length: 200 }, (_, index) =>
  defineTool({ name: `tool_${index}`, description: 'Looks.', input, effects: 'none', execute: () => 'found' }),
)

/** A session that talks so often, and how many bytes each run has added to its store. */
async function talk(runs: number, script: (call: number) => ScriptedCall) {
  const clock = createManualClock()
  const store = createMemoryStore({ clock })
  const base = createScriptedEngine((_, call) => script(call))
  const builder = createEngineBuilder({ base, tools, loopConfig: { maxIterations: 100 } })
  const options = { builder, clock, ids: createSequentialIds() }
  const session = new Session({ ...options, store, id: 's' })
  const sizes: number[] = []
  let head = 0
  for (let run = 0; run < runs; run++) {
    await session.run(`Question ${run}`)
    let size = 0
    for await (const record of store.read('s', head)) {
      size += JSON.stringify(record).length
      head++
    }
    sizes.push(size)
  }
  const opened = await Session.open(store, 's', options)
  expect(opened.latest).toEqual(session.latest)
  return sizes
}

const step: ScriptedCall = [{ toolCall: 'tool_7', input: { query: 'it', limit: 1 } }]
const sum = (sizes: readonly number[]) => sizes.reduce((one, other) => one + other, 0)

describe('the bytes that a session stores', () => {
  it('are linear in the steps of a long run, and have its 200 tools once', async () => {
    const [short = 0] = await talk(1, (call) => (call <= 10 ? step : [{ text: 'Done.' }]))
    const [long = 0] = await talk(1, (call) => (call <= 50 ? step : [{ text: 'Done.' }]))
    const perStep = (long - short) / 40
    const definitions = JSON.stringify(tools.map(({ definition }) => definition)).length
    process.stdout.write(`a run of 50 steps with 200 tools: ${long} bytes, ${perStep} per step\n`)
    expect(short - 10 * perStep).toBeLessThan(definitions + 3_000)
    expect(perStep).toBeLessThan(1_500)
  })

  it('are the same for each of 1,000 turns', async () => {
    const sizes = await talk(1_000, () => [{ text: 'An answer.' }])
    const [first = 0] = sizes
    process.stdout.write(`1,000 turns: ${sum(sizes)} bytes, the first ${first}, the last ${sizes.at(-1)}\n`)
    // Ids and stretches have more digits.
    expect(sizes.at(-1)).toBeLessThan((sizes[1] ?? 0) + 60)
    expect(sum(sizes.slice(1))).toBeLessThan(999 * 1_300)
  })
})
