// What `npm test` checks besides the tests. Each counts as one passed or failed.

export interface Check {
  readonly name: string
  readonly command: readonly [string, ...string[]]
  /** What to do when it fails. */
  readonly fix: string
}

export const build: Check = {
  name: 'build',
  command: ['turbo', 'run', 'build', '--continue', '--output-logs=errors-only', '--no-color'],
  fix: 'correct the type errors above; quick loop: npm run x -- tsc -b packages/<name>',
}

/** Slow ones first: they run two at a time. */
export const checks: readonly Check[] = [
  {
    name: 'published packages (publint, are-the-types-wrong)',
    command: ['node', 'tools/check/published-packages.ts'],
    fix: 'correct package.json or the entry that is named; run alone: npm run x -- node tools/check/published-packages.ts',
  },
  {
    name: 'types of tests and tools',
    command: ['tsc', '-p', 'tsconfig.tests.json', '--pretty', 'false'],
    fix: 'correct the types; run alone: npm run x -- tsc -p tsconfig.tests.json',
  },
  {
    name: 'unused files, exports and dependencies (knip)',
    command: ['knip', '--no-progress', '--no-config-hints'],
    fix: 'delete what is unused, or use it; run alone: npm run x -- knip',
  },
  {
    name: 'lint and format (biome)',
    command: ['biome', 'check', '--error-on-warnings', '--colors=off'],
    fix: 'npm run format -- <paths> repairs most of it; the rest by hand',
  },
  {
    name: 'changesets',
    command: ['node', 'tools/check/changesets.ts'],
    fix: 'npm run changeset writes a valid one',
  },
  {
    name: 'file size',
    command: ['node', 'tools/check/file-size.ts'],
    fix: 'look for the second concept in the file and give it a file of its own',
  },
]
