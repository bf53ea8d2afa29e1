// Tries one mutation, the one with the number that is given: says what it breaks and exits with 0, with 1 where nothing is broken, and with
// 2 where the code cannot even be loaded.
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
const { findFirstBroken } = await import('./first-broken.ts').catch((error: unknown): never => {
  console.log(`it cannot be loaded: ${String(error)}`)
  process.exit(2)
})
process.on('uncaughtException', (error) => end(`uncaught: ${String(error)}`))
end(await findFirstBroken().catch((error: unknown) => `the proof itself fails: ${String(error)}`))

/** The first test that has failed; that the file as a whole has is not enough: it may not have been found. */
function seeByTest(path: string): string | undefined {
  const hooks = new URL('import-mutated.ts', import.meta.url).href
  const { status, stdout } = spawnSync(
    'vitest',
    ['run', path, '--reporter=tap', '--config=packages/testing/proof/mutated.config.ts'],
    {
      cwd: new URL('../../..', import.meta.url),
      env: {
        ...process.env,
        [mutationVariable]: number,
        NODE_OPTIONS: `--disable-warning=ExperimentalWarning --import=${hooks}`,
      },
      encoding: 'utf8',
    },
  )
  return status === 0 ? undefined : /^ +not ok.*$/m.exec(stdout)?.[0]?.trim()
}
