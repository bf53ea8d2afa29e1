// Tries one mutation, the one with the number that is given: says what it breaks and exits with 0, or with 1 where nothing is.
import { instrument } from './instrument.ts'
import { applyMutation } from './mutation.ts'
import { mutations } from './mutations.ts'
import { loadFromSources } from './source-hooks.ts'

const mutation = mutations[Number(process.argv[2])]
if (mutation === undefined)
  throw new Error(`there are ${mutations.length} mutations, and none with the number ${process.argv[2]}`)

loadFromSources({
  source: (path, source) => (path === mutation.file ? applyMutation(mutation, source) : source),
  code: instrument,
})
const end = (found: string | undefined): never => {
  console.log(found ?? 'nothing is broken')
  process.exit(found === undefined ? 1 : 0)
}
process.on('uncaughtException', (error) => end(`uncaught: ${String(error)}`))
const { findFirstBroken } = await import('./first-broken.ts')
end(await findFirstBroken().catch((error: unknown) => `the proof itself fails: ${String(error)}`))
