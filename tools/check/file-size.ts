// A source file is one idea; beyond this many lines it is more than one.
import { isTest, readText, sourceFiles } from '../workspace.ts'

const LIMIT = 400

const tooLong = ['packages', 'apps', 'tools', 'bench']
  .flatMap(sourceFiles)
  .filter((path) => !isTest(path))
  .map((path) => ({ path, lines: readText(path).trimEnd().split('\n').length }))
  .filter(({ lines }) => lines > LIMIT)

for (const { path, lines } of tooLong) console.error(`${path}: ${lines} lines, at most ${LIMIT}`)
process.exitCode = tooLong.length > 0 ? 1 : 0
