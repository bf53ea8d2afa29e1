import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A script, and how large the heap of its process may be beside what is young; default: as Node has it. */
interface Measured {
  readonly script: URL
  readonly heapMegabytes?: number
}

/** Runs a script in a process of its own, where the heap can be collected on demand; what it printed, as JSON. */
export function measure(measured: URL | Measured, ...args: readonly (string | number)[]): Record<string, number> {
  const { script, heapMegabytes }: Measured = measured instanceof URL ? { script: measured } : measured
  const limits = heapMegabytes === undefined ? [] : [`--max-old-space-size=${heapMegabytes}`]
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--expose-gc', ...limits, fileURLToPath(script), ...args.map(String)],
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
