import { isEngineError } from '@geppetto/engine'
import { describe, expect, it } from 'vitest'
import { ChatBackend } from './backend.ts'
import { answerOnce } from './one-shot.ts'
import {
  type EngineStep,
  fails,
  says,
  saysAndHangs,
  scriptedBuilder,
  scriptedEngine,
} from './scripted-engine.test-helper.ts'

async function answer(step: EngineStep, timeoutMs?: number) {
  const told: string[] = []
  const limits = { signal: new AbortController().signal, ...(timeoutMs === undefined ? undefined : { timeoutMs }) }
  const backend = new ChatBackend(scriptedBuilder(scriptedEngine(step)), limits)
  const code = await answerOnce(backend, 'Hello', {
    tellUser: (message) => told.push(message),
    adviceFor: (error) => (isEngineError(error) ? `advice for ${error.code}` : undefined),
  })
  return { code, told }
}

describe('answerOnce', () => {
  it('is content with an answer', async () => expect(await answer(says('Hi.'))).toEqual({ code: 0, told: [] }))

  it('tells why it failed, and what to do', async () => {
    expect(await answer(fails)).toEqual({
      code: 1,
      told: ['the answer failed: the account has no more credit', 'advice for quota'],
    })
  })

  it('tells that the time was up, and what gives more', async () => {
    expect(await answer(saysAndHangs('Slow'), 10)).toEqual({
      code: 1,
      told: ['the time for the answer was up: --timeout gives more'],
    })
  })
})
