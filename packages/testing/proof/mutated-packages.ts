import { applyMutation, type Mutation } from './mutation.ts'
import { mutations } from './mutations.ts'
import { loadFromSources, type SourceChanges } from './source-hooks.ts'

/** The variable that has the number for `import-mutated.ts`. */
export const mutationVariable = 'GEPPETTO_MUTATION'

/** The mutation of a number. @throws Error when there is none */
export function mutationAt(number: string | undefined): Mutation {
  const mutation = mutations[Number(number)]
  if (mutation === undefined)
    throw new Error(`there are ${mutations.length} mutations, and none with the number ${number}`)
  return mutation
}

/** From here on the packages have the mutation. */
export function loadMutated(mutation: Mutation, code?: SourceChanges['code']): void {
  const source = (path: string, text: string) => (path === mutation.file ? applyMutation(mutation, text) : text)
  loadFromSources(code === undefined ? { source } : { source, code })
}
