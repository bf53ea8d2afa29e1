// Tries one mutation, the one with the number that is given: says what it breaks and exits with 0, or with 1 where nothing is.
import { spawnSync } from 'node:child_process'
import { instrument } from './instrument.ts'
import { loadMutated, mutationAt, mutationVariable } from './mutated-packages.ts'

const number = process.argv[2]
const mutation = mutationAt(number)
const end = (found: string | undefined): never => {
  console.log(found ?? 'nothing is broken')
  process.exit(found === undefined ? 1 : 0)
}
if (mutation.seenBy !== undefined) end(seeByTest(mutation.seenBy))
loadMutated(mutation, instrument)
process.on('uncaughtException', (error) => end(`uncaught: ${String(error)}`))
const { findFirstBroken } = await import('./first-broken.ts')
end(await findFirstBroken().catch((error: unknown) => `the proof itself fails: ${String(error)}`))

/** The first line of what the test has failed with. */
function seeByTest(path: string): string | undefined {
  const hooks = new URL('import-mutated.ts', import.meta.url).href
  const { status, stdout } = spawnSync('vitest', ['run', path, '--reporter=tap'], {
    cwd: new URL('../../..', import.meta.url),
    env: {
      ...process.env,
      [mutationVariable]: number,
      NODE_OPTIONS: `--disable-warning=ExperimentalWarning --import=${hooks}`,
    },
    encoding: 'utf8',
  })
  return status === 0 ? undefined : (/^.*not ok.*$/m.exec(stdout)?.[0]?.trim() ?? `the test ended with ${status}`)
}
