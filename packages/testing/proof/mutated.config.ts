// The tests with the mutation whose number is in the environment, also of the sources beside them, which are read by vite; what they import of other packages is read by
// Node: see import-mutated.ts.
import type { Plugin } from 'vite'
import { mergeConfig, type ViteUserConfig } from 'vitest/config'
import tests from '../../../vitest.config.ts'
import { mutationAt, mutationVariable } from './mutated-packages.ts'
import { applyMutation } from './mutation.ts'

const mutation = mutationAt(process.env[mutationVariable])

const mutate: Plugin = {
  name: 'mutate',
  enforce: 'pre',
  transform: (source, path) => (path.endsWith(`/packages/${mutation.file}`) ? applyMutation(mutation, source) : null),
}

// What was made of a source is kept by its path, with the mutation before this one or without any; and a test that hangs has seen it.
const mutated: ViteUserConfig = mergeConfig(tests, {
  plugins: [mutate],
  test: { fsModuleCache: false, testTimeout: 30_000 },
})

export default mutated
