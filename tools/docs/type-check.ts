// Type-checks all blocks together, with the compiler of the project.
import { execFile } from 'node:child_process'
import { basename } from 'node:path'
import type { Block } from './blocks.ts'
import { fileOf } from './generated.ts'

/** The errors of each block, as `document:line:column message`. */
export async function typeCheck(blocks: readonly Block[]): Promise<Map<Block, string[]>> {
  const output = await compile()
  const byName = new Map(blocks.map((block) => [basename(fileOf(block)), block]))
  const errors = new Map<Block, string[]>()
  let current: string[] = []
  for (const line of output.split('\n').filter((text) => text.trim() !== '')) {
    const located = /^(?:.*\/)?([^/]+\.ts)\((\d+),(\d+)\): (.*)$/.exec(line)
    const block = byName.get(located?.[1] ?? '')
    if (located && block) {
      current = errors.get(block) ?? []
      errors.set(block, current)
      current.push(`${block.document}:${located[2]}:${located[3]} ${located[4]}`)
    } else if (line.startsWith(' ')) {
      current.push(line)
    } else {
      throw new Error(`the documents could not be type-checked:\n${output}`)
    }
  }
  return errors
}

function compile(): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('tsc', ['-p', import.meta.dirname, '--pretty', 'false'], (error, stdout, stderr) => {
      // Without output it failed for another reason than errors in the code.
      if (error && stdout === '') reject(new Error(`tsc: ${stderr || error.message}`))
      else resolve(stdout)
    })
  })
}
