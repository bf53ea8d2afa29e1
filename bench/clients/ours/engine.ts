// An engine used directly: one provider call, one sink.
import { background } from '@geppetto/context'
import { withEventSinks } from '@geppetto/events'
import { appendBlocks, createTurn, userBlock } from '@geppetto/turns'
import type { Clients, CreateClient } from '../client.ts'
import { toBlocks } from './blocks.ts'
import { engineAt, type Transport } from './engines.ts'

function engineClient(transport: Transport): CreateClient {
  return (workplace) => {
    const engine = engineAt(workplace, transport)
    const prior = createTurn({ blocks: toBlocks(workplace.prior) })
    return {
      stream({ messages, signal, onDelta }) {
        const left = new AbortController()
        const ends = signal === undefined ? left.signal : AbortSignal.any([signal, left.signal])
        const ctx = withEventSinks(background({ signal: ends }), {
          publish: (event) => {
            if (event.type === 'text-delta' && onDelta(event.delta)) left.abort()
          },
        })
        return engine.runInference(ctx, appendBlocks(prior, userBlock(messages.at(-1)?.content ?? '')))
      },
    }
  }
}

export const clients: Clients = {
  'engine /fetch': engineClient('fetch'),
  'engine SDK': engineClient('sdk'),
}
