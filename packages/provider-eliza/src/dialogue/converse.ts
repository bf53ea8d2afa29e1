import type { ElizaScript } from '../script/script.ts'
import { type Progress, respond } from './respond.ts'
import { createRotation } from './rotation.ts'

/**
 * What ELIZA says to the last of `said`. What was said before is gone through again, so that the rotation of answers and the memory
 * are where they were: the conversation itself is the only state.
 */
export function converse(script: ElizaScript, said: readonly string[], seed: number): string {
  const progress: Progress = { rotation: createRotation(seed), memories: [] }
  let answer = progress.rotation.next('greetings', script.greetings) ?? ''
  for (const text of said) answer = respond(script, text, progress)
  return answer
}
