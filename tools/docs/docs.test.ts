import { beforeAll, describe, expect, test } from 'vitest'
import { readText } from '../workspace.ts'
import { type Block, findBlocks } from './blocks.ts'
import { findDocuments } from './documents.ts'
import { writeModules } from './generated.ts'
import { matchesOutput, toLines } from './output.ts'
import { runBlock } from './run-block.ts'
import { typeCheck } from './type-check.ts'

const blocks = findDocuments().flatMap((document) => findBlocks(document, readText(document)))
let errors: Map<Block, string[]>

beforeAll(async () => {
  writeModules(blocks)
  errors = blocks.length > 0 ? await typeCheck(blocks) : new Map()
}, 60_000)

test('every code block of the documents was found and type-checked', () => {
  expect([...errors.keys()].filter((block) => !blocks.includes(block))).toEqual([])
})

// The process has 60 s; the rest is for a busy machine to start it.
describe.concurrent('the documents', { timeout: 120_000 }, () => {
  for (const block of blocks) {
    test(`${block.document}:${block.line} (block ${block.number})`, async () => {
      expect((errors.get(block) ?? []).join('\n')).toBe('')
      if (!block.runs) return
      const output = await runBlock(block)
      // Only now as an assertion: its difference is worth reading, its pattern language is ours.
      if (block.expected !== undefined && !matchesOutput(block.expected, output)) {
        expect(toLines(output), `${block.document}:${block.line} prints something else`).toEqual(
          toLines(block.expected),
        )
      }
    })
  }
})
