import type { Context } from '@geppetto/context'
import type { PreparedRequest } from '@geppetto/engine'
import type { Turn } from '@geppetto/turns'
import { expectTypeOf } from 'vitest'
import * as byFetch from './fetch.ts'
import { openaiChat, openaiResponses } from './index.ts'

declare const ctx: Context
declare const turn: Turn
const model = 'gpt-5-mini'

// What an API can do need not be asked of its engine.
for (const make of [openaiResponses, byFetch.openaiResponses]) {
  expectTypeOf(make({ model }).prepare(ctx, turn)).toEqualTypeOf<PreparedRequest>()
  expectTypeOf(make({ model }).countTokens(ctx, turn)).toEqualTypeOf<Promise<number>>()
}
for (const make of [openaiChat, byFetch.openaiChat]) {
  expectTypeOf(make({ model }).prepare(ctx, turn)).toEqualTypeOf<PreparedRequest>()
  // @ts-expect-error the API does not count
  make({ model }).countTokens(ctx, turn)
}
