import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** How a program of this folder ended. */
export interface ProgramEnd {
  readonly code: number
  /** What it wrote, errors too. */
  readonly output: string
}

/** Runs a program of this folder in a process of its own, as it loads the packages from their sources. */
export function runProgram(name: string, ...args: readonly string[]): Promise<ProgramEnd> {
  const path = fileURLToPath(new URL(name, import.meta.url))
  const flags = ['--disable-warning=ExperimentalWarning']
  return new Promise((resolve) => {
    execFile(process.execPath, [...flags, path, ...args], { timeout: 300_000 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 2
      resolve({ code, output: `${stdout}${stderr}`.trim() })
    })
  })
}
