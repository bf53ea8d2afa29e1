// Counts the points of the runs at which something can go wrong, per package, and cancels and throws at each at which the code goes on.
import { instrument } from './instrument.ts'
import { loadFromSources } from './source-hooks.ts'

loadFromSources({ code: instrument })
const { countPoints, formatCounts } = await import('./counts.ts')
const { findContinuations, tryContinuations } = await import('./every-continuation.ts')

console.log(formatCounts(await countPoints()))
const broken: string[] = []
let runs = 0
for (const scenario of await findContinuations()) {
  broken.push(...scenario.broken)
  for await (const problems of tryContinuations(scenario)) {
    runs++
    broken.push(...problems)
  }
}
console.log(`\n${runs} runs that were cancelled, or in which was thrown, where the code goes on`)
console.log(broken.length === 0 ? 'each promise was kept in each' : `broken:\n${broken.join('\n')}`)
process.exitCode = broken.length === 0 ? 0 : 1
