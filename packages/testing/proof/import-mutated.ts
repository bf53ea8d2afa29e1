// For `node --import`: loads the packages with the mutation whose number is in the environment.
import { loadMutated, mutationAt, mutationVariable } from './mutated-packages.ts'

loadMutated(mutationAt(process.env[mutationVariable]))
