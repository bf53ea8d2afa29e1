export type { Problem, ProblemCode } from './protocol/problem.ts'
