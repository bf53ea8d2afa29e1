import type { Context } from '@geppetto/context'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import type { Turn } from '@geppetto/turns'
import { expectTypeOf } from 'vitest'
import { createGrammarSink, createScriptedEngine, type Script } from './index.ts'

declare function seen(ctx: Context, turn: Turn): void

// A script is a list of calls, each a list of what it does, or made when it is asked for.
const script: Script = [
  [{ reasoning: 'Hm.' }, { toolCall: 'weather', input: { city: 'Paris' } }],
  [{ text: ['Ta', 'ke'] }, { delayMs: 5 }, { run: (ctx, turn) => seen(ctx, turn) }],
  [
    { toolCall: 'weather', raw: '{"ci' },
    { fail: 'network', retryable: false },
  ],
  [{ hang: 'deaf' }],
]
const engine = createScriptedEngine(script)
expectTypeOf(engine.received).toEqualTypeOf<readonly Turn[]>()
createScriptedEngine((turn, call) => [{ text: `${call}: ${turn.blocks.length}` }])
createEngineBuilder({ base: engine, eventSinks: [createGrammarSink()] })

// @ts-expect-error one call is a list too
createScriptedEngine([{ text: 'Hi' }])
// @ts-expect-error a call has arguments, or their text
createScriptedEngine([[{ toolCall: 'weather' }]])
// @ts-expect-error there is no such error
createScriptedEngine([[{ fail: 'overload' }]])
// @ts-expect-error arguments are JSON
createScriptedEngine([[{ toolCall: 'weather', input: new Date() }]])
// @ts-expect-error there is no such thing to do
createScriptedEngine([[{ say: 'Hi' }]])
