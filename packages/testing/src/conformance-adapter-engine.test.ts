import {
  createAdapterEngine,
  type Engine,
  EngineError,
  type PreparedRequest,
  type ProviderAdapter,
  type Transport,
} from '@geppetto/engine'
import { assistantText } from '@geppetto/turns'
import { describe, it } from 'vitest'
import { engineConformance } from './conformance-engine.ts'

/** A wire format with a frame for each word: `event: word`, and `event: end`. */
const adapter: ProviderAdapter = {
  api: 'words',
  constraints: {},
  prepare: (turn): PreparedRequest => ({
    model: 'words-1',
    method: 'POST',
    path: '/words',
    headers: {},
    body: JSON.stringify(turn.blocks.map((block) => [block.kind, assistantText(turn)])),
    stream: true,
    degradations: [],
  }),
  decode(output) {
    const text = output.text()
    return {
      event(name, data) {
        if (name === 'word') text.append(data)
        else if (name === 'error') output.fail(data)
        else {
          text.finish()
          output.update({ usage: { input: {}, output: { text: 3 }, source: 'partial' } })
          output.stop('end_turn', 'end')
        }
      },
      end() {},
    }
  },
  decodeJson() {},
  classify: () => new EngineError('overloaded', 'overloaded'),
}

/** Sends each frame as a network chunk of its own, and ends there or not. */
function transportOf(names: readonly string[], isOpen: boolean): Transport {
  return {
    host: 'words.example',
    async send() {
      const frames = names.map((name) => new TextEncoder().encode(`event: ${name}\ndata: ${name}\n\n`))
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          const frame = frames.shift()
          if (frame !== undefined) controller.enqueue(frame)
          else if (!isOpen) controller.close()
        },
      })
      return { status: 200, headers: new Headers({ 'content-type': 'text/event-stream' }), body }
    },
  }
}

const sending =
  (names: readonly string[], isOpen = false) =>
  (): Engine =>
    createAdapterEngine(adapter, transportOf(names, isOpen), { defaults: { model: 'words-1' } })

const cases = engineConformance({
  createEngine: sending(['word', 'word', 'word', 'end']),
  usage: { input: {}, output: { text: 3 }, source: 'partial' },
  failure: { createEngine: sending(['word', 'word', 'error']) },
  stuck: { createEngine: sending(['word'], true) },
})

describe('an engine made of an adapter and a transport', () => {
  it.each(cases)('$name', ({ run }) => run())
})
