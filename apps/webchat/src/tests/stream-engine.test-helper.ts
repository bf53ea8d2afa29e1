import { sleep } from '@geppetto/context'
import { type Engine, startProviderCall } from '@geppetto/engine'

/** How a text is streamed. */
export interface Pace {
  /** Characters in a piece. */
  readonly size: number
  /** Milliseconds between two pieces. */
  readonly pauseMs: number
}

/** An engine that answers with one text, piece by piece. */
export function streamEngine(text: string, { size, pauseMs }: Pace): Engine {
  const info = { api: 'stream', host: 'embedded', model: 'stream' }
  return {
    info,
    async runInference(ctx, turn) {
      const call = startProviderCall(ctx, turn, info)
      try {
        const writer = call.text()
        for (let at = 0; at < text.length; at += size) {
          writer.append(text.slice(at, at + size))
          if (pauseMs > 0) await sleep(ctx, pauseMs)
          else await new Promise((resolve) => setImmediate(resolve))
        }
        writer.finish()
        call.stop('end_turn')
        return call.finish()
      } catch (error) {
        throw call.abort(error)
      }
    },
  }
}
