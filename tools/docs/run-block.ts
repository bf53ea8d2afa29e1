// Runs the module of a block in a process of its own, as a reader would who pasted it into a file.
import { execFile } from 'node:child_process'
import { dirname } from 'node:path'
import type { Block } from './blocks.ts'
import { fileOf, nameDocument } from './generated.ts'

const TIME_LIMIT_MS = 60_000

/** Resolves to what the block printed; rejects, naming the document, if it failed or did not end. */
export function runBlock(block: Block): Promise<string> {
  const file = fileOf(block)
  const options = {
    cwd: dirname(file),
    env: { ...process.env, NO_COLOR: '1', NODE_ENV: 'production' },
    timeout: TIME_LIMIT_MS,
    killSignal: 'SIGKILL',
  } as const
  return new Promise((resolve, reject) => {
    const child = execFile('node', [file], options, (error, stdout, stderr) => {
      const where = `${block.document}:${block.line}`
      if (!error) resolve(stdout)
      else if (error.killed)
        reject(new Error(`${where}: did not end within ${TIME_LIMIT_MS / 1000} s\n${stdout}${stderr}`))
      else reject(new Error(`${where}: failed\n${nameDocument(block, stderr)}`))
    })
    child.stdin?.end()
  })
}
