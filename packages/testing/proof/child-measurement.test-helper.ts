import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Runs a script in a process of its own, where the heap can be collected on demand; what it printed, as JSON. */
export function measure(script: URL, ...args: readonly (string | number)[]): Record<string, number> {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--expose-gc', fileURLToPath(script), ...args.map(String)],
    {
      encoding: 'utf8',
    },
  )
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout)
}

/** `1.5 MiB` */
export function mebibytes(bytes = 0): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`
}
