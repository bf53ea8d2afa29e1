import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Runs a script that lies here in a process of its own, where the heap can be collected on demand; what it printed, as JSON. */
export function measure(script: string, ...args: readonly (string | number)[]): Record<string, number> {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', path, ...args.map(String)], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout)
}

/** `1.5 MiB` */
export function mebibytes(bytes = 0): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`
}
