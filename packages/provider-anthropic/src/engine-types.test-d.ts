import type { Context } from '@geppetto/context'
import type { PreparedRequest } from '@geppetto/engine'
import type { Turn } from '@geppetto/turns'
import { expectTypeOf } from 'vitest'
import * as byFetch from './fetch.ts'
import { anthropic } from './index.ts'

declare const ctx: Context
declare const turn: Turn

// What the API can do need not be asked of its engine.
for (const make of [anthropic, byFetch.anthropic]) {
  const engine = make({ model: 'claude-haiku-4-5' })
  expectTypeOf(engine.prepare(ctx, turn)).toEqualTypeOf<PreparedRequest>()
  expectTypeOf(engine.countTokens(ctx, turn)).toEqualTypeOf<Promise<number>>()
}
