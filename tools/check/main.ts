// `npm test`: build, checks, tests. Everything runs even if something fails; the last line counts it all.
// With arguments (a filter, vitest's options) only the build and those tests.
import { withLock } from '../bootstrap/lock.mjs'
import { build, checks } from './checks.ts'
import { type Counts, closingLine } from './counts.ts'
import { runChecks } from './run-check.ts'
import { runTests } from './run-tests.ts'
import { tellRatios } from './tell-ratios.ts'

const args = process.argv.slice(2)
const testArgs = args.filter((arg) => arg !== '--deep')

// Not at the same time as another command's build of the same packages.
const results: boolean[] = await withLock(() => runChecks([build], 1))
if (args.length === 0) results.push(...(await runChecks(checks, 2)))

const counts: Counts = await runTests(testArgs)
counts.passed += results.filter((passed) => passed).length
counts.failed += results.filter((passed) => !passed).length
if (args.length === 0) await tellRatios()
process.exitCode = counts.failed > 0 ? 1 : 0
console.log(`\n${closingLine(counts)}`)
