import { type Context, untilAborted } from '@geppetto/context'
import { type Engine, EngineError } from '@geppetto/engine'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { correlationFrom, hubFrom } from '@geppetto/events'
import type { EngineBuilder } from '@geppetto/session'
import { appendBlocks, assistantBlock, type Turn } from '@geppetto/turns'

/** What an engine does on its first call, its second, and so on. */
export type EngineStep = (ctx: Context, turn: Turn) => Promise<Turn>

/** An engine that does as it is told. */
export function scriptedEngine(...steps: EngineStep[]): Engine {
  return {
    info: { api: 'scripted', host: 'embedded', model: 'scripted' },
    runInference: (ctx, turn) => {
      const step = steps.shift()
      if (step === undefined) throw new Error('the engine was called more often than its script says')
      return step(ctx, turn)
    },
  }
}

/** Says the text. */
export function says(text: string): EngineStep {
  return async (ctx, turn) => appendBlocks(turn, await speak(ctx, text))
}

/** Fails before it has said anything. */
export const fails: EngineStep = async () => {
  throw new EngineError('quota', 'the account has no more credit')
}

/** Says the text and then nothing more, until it is stopped. */
export function saysAndHangs(text: string, onSaid: () => void = () => {}): EngineStep {
  return async (ctx, turn) => {
    const block = await speak(ctx, text)
    onSaid()
    try {
      return await untilAborted(ctx.signal, new Promise<never>(() => {}))
    } catch (cause) {
      throw new EngineError('cancelled', 'stopped', {
        partial: appendBlocks(turn, { ...block, complete: false }),
        cause,
      })
    }
  }
}

async function speak(ctx: Context, text: string) {
  const block = assistantBlock(text, { id: ctx.ids.next('blk') })
  const correlation = { providerCallId: ctx.ids.next('call'), segmentId: block.id }
  const hub = hubFrom(ctx)
  hub?.publish({ type: 'text-started', correlation }, correlationFrom(ctx))
  hub?.publish({ type: 'text-delta', delta: text, correlation }, correlationFrom(ctx))
  hub?.publish({ type: 'text-finished', text, outcome: 'completed', correlation }, correlationFrom(ctx))
  await hub?.pressure
  return block
}

/** What makes such an engine answer in a session. */
export function scriptedBuilder(engine: Engine): EngineBuilder {
  return createEngineBuilder({ base: engine })
}
