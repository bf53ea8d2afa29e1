import { describe, it } from 'vitest'
import { engineConformance } from './conformance-engine.ts'
import { createScriptedEngine, type ScriptedCall } from './scripted-engine.ts'

const usage = { input: { uncached: 12, cacheRead: 3 }, output: { text: 5 }, source: 'reported' } as const
const answer: ScriptedCall = [{ reasoning: ['Hm, ', 'well.'] }, { text: ['Once ', 'upon ', 'a time'] }, { usage }]
const scenario = (...call: ScriptedCall) => ({ createEngine: () => createScriptedEngine(() => call) })

const scripted = engineConformance({
  ...scenario(...answer),
  usage,
  toolCalls: scenario({ text: 'I look.' }, { toolCall: 'a', input: { b: 1 } }, { toolCall: 'c', raw: '{"d":' }),
  failure: scenario({ text: ['Once ', 'upon'] }, { fail: 'overloaded' }),
  stuck: scenario({ text: 'Once ' }, { hang: true }),
})

describe('the scripted engine', () => {
  it.each(scripted)('$name', ({ run }) => run())
})
