import type * as today from '@geppetto/engine'
import { describe, expectTypeOf, it } from 'vitest'
import type * as first from './contracts/adapter-1/contract.js'
import { lineAdapter } from './contracts/adapter-1/line-adapter.js'

describe('an adapter of version 1 of the contract', () => {
  it('is an adapter, also one that counts', () => {
    expectTypeOf(lineAdapter).toExtend<today.ProviderAdapter>()
    expectTypeOf(lineAdapter).toExtend<today.CountingAdapter>()
  })

  it('gives what is taken today', () => {
    expectTypeOf<first.PreparedRequest>().toExtend<today.PreparedRequest>()
    expectTypeOf<first.Decoder>().toExtend<today.Decoder>()
    expectTypeOf<first.TurnConstraints>().toExtend<today.TurnConstraints>()
    expectTypeOf<first.CallUpdate>().toExtend<today.CallUpdate>()
    expectTypeOf<first.TextEnd>().toExtend<today.TextEnd>()
    expectTypeOf<first.ServerToolEnd>().toExtend<today.ServerToolEnd>()
  })

  it('is given today what it knows', () => {
    expectTypeOf<today.DecoderOutput>().toExtend<first.DecoderOutput>()
    expectTypeOf<today.TextWriter>().toExtend<first.TextWriter>()
    expectTypeOf<today.ReasoningWriter>().toExtend<first.ReasoningWriter>()
    expectTypeOf<today.ToolCallWriter>().toExtend<first.ToolCallWriter>()
    expectTypeOf<today.ServerToolWriter>().toExtend<first.ServerToolWriter>()
    expectTypeOf<today.WireFailure>().toExtend<first.WireFailure>()
    expectTypeOf<today.ModelDefaults>().toExtend<first.ModelDefaults>()
  })
})
