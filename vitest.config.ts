import { existsSync, readdirSync } from 'node:fs'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'

const deep = process.env.GEPPETTO_DEEP === '1'
const live = process.env.GEPPETTO_LIVE === '1'

// All at the root, so that a filter is matched against paths as they are written: `npm test -- turns`.
function project(folder: string): TestProjectInlineConfiguration {
  return { extends: true, test: { name: folder, include: [`${folder}/**/*.test.ts`] } }
}

const folders = ['packages', 'apps'].flatMap((parent) => readdirSync(parent).map((name) => `${parent}/${name}`))

export default defineConfig({
  test: {
    projects: [...folders.filter((folder) => existsSync(`${folder}/src`)), 'tools', 'bench'].map(project),
    // What takes minutes runs where all of it is asked for: `npm run test:deep`.
    // What needs a key and a network runs where it is asked for: `npm run test:live`.
    exclude: [
      '**/node_modules/**',
      '**/dist/**',
      // Of packages that are not there yet.
      'tools/generate/templates/**',
      'tools/generate/generated/**',
      ...(deep ? [] : ['**/*.deep.test.ts']),
      ...(live ? [] : ['**/*.live.test.ts']),
    ],
    // Other packages are used as their users use them: built, and loaded by Node itself.
    server: { deps: { external: [/\/packages\/[^/]+\/dist\//] } },
    reporters: ['minimal', './tools/check/summary-reporter.ts'],
    // For what hangs, on a machine that is busy: no test says how long something may take.
    testTimeout: deep ? 600_000 : 120_000,
    hookTimeout: deep ? 600_000 : 120_000,
    maxConcurrency: 2,
    // By default one core is left free: of two that is half.
    maxWorkers: '100%',
  },
})
