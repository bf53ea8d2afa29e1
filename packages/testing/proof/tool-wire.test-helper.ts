import { createManualClock, type ManualClock } from '@geppetto/context/manual-clock'
import { createAdapterEngine, EngineError, type ProviderAdapter, type Transport } from '@geppetto/engine'
import { createEngineBuilder, type EngineBuilderOptions } from '@geppetto/enginebuilder'
import { Session } from '@geppetto/session'
import { defineTool } from '@geppetto/tools'
import { validateTurn } from '@geppetto/turns'
import { z } from 'zod'
import { createGrammarSink, type GrammarSink } from '../src/grammar-sink.ts'
import { createSequentialIds } from '../src/sequential-ids.ts'

/** One frame of a wire format in which arguments come in pieces, and a call may end in every way that the APIs know. */
export type Frame =
  | { readonly open: string }
  | { readonly add: string }
  /** The provider says that the call's arguments are whole. */
  | { readonly close: true }
  /** The answer is whole, and the call in it is not. */
  | { readonly cutOff: true }
  | { readonly say: string }
  | { readonly fail: string }
  | { readonly stop: 'end_turn' | 'tool_calls' | 'max_tokens' }

const encoder = new TextEncoder()

/** The frames as server-sent events. Text is on the wire as it is, so that a cut may go through the middle of a character. */
export function toBytes(frames: readonly Frame[]): Uint8Array<ArrayBuffer> {
  return encoder.encode(frames.map((frame) => `data: ${JSON.stringify(frame)}\n\n`).join(''))
}

const adapter: ProviderAdapter = {
  api: 'test-frames',
  constraints: {},
  prepare: (_, { model }) => ({
    model,
    method: 'POST',
    path: '/',
    headers: {},
    body: '{}',
    stream: true,
    degradations: [],
  }),
  decode(output) {
    let call: ReturnType<typeof output.toolCall> | undefined
    return {
      event(_name, data) {
        const frame: Frame = JSON.parse(data)
        if ('open' in frame) call = output.toolCall(frame.open)
        else if ('add' in frame) call?.append(frame.add)
        else if ('close' in frame) call?.finish()
        else if ('cutOff' in frame) call?.cutOff()
        else if ('stop' in frame) output.stop(frame.stop)
        else if ('fail' in frame) output.fail(new EngineError('unavailable', frame.fail))
        else {
          const text = output.text()
          text.append(frame.say)
          text.finish()
        }
      },
      end() {},
    }
  },
  decodeJson() {
    throw new TypeError('this format is always a stream')
  },
  classify: (failure) => new EngineError('unavailable', failure.kind),
}

/** The arguments that `pay` takes. */
export const payment = z.strictObject({ amount: z.number().int().positive(), to: z.string().min(1) })

export interface Till {
  readonly session: Session
  readonly clock: ManualClock
  readonly sink: GrammarSink
  /** The arguments with which `pay` was executed. */
  readonly paid: readonly unknown[]
  /** What is wrong with what the session has kept: nothing, whatever happened. */
  faults(): readonly string[]
}

/** A session with a tool that must not be run by mistake, on a transport that gives the bytes of one answer after the other. */
export function createTill(
  transport: (clock: ManualClock) => Transport,
  options: Partial<EngineBuilderOptions> = {},
): Till {
  const clock = createManualClock()
  const sink = createGrammarSink()
  const paid: unknown[] = []
  const pay = defineTool({
    name: 'pay',
    description: 'Pays.',
    input: payment,
    execute(input) {
      paid.push(input)
      return 'paid'
    },
  })
  const base = createAdapterEngine(adapter, transport(clock), { defaults: { model: 'm' } })
  const builder = createEngineBuilder({ base, tools: [pay], eventSinks: [sink], ...options })
  const session = new Session({ builder, clock, ids: createSequentialIds() })
  return {
    session,
    clock,
    sink,
    paid,
    faults() {
      const faults = session.latest === undefined ? [] : validateTurn(session.latest).map(({ message }) => message)
      try {
        sink.assertComplete()
      } catch (error) {
        faults.push(String(error))
      }
      return faults
    },
  }
}

/** A transport whose answers are these bytes, one after the other; the last one again and again. */
export function bytesTransport(...answers: readonly Uint8Array<ArrayBuffer>[]): Transport {
  let calls = 0
  return {
    host: 'test',
    async send() {
      const bytes = answers[Math.min(calls++, answers.length - 1)] ?? new Uint8Array()
      const { body } = new Response(bytes)
      return { status: 200, headers: new Headers({ 'content-type': 'text/event-stream' }), body }
    },
  }
}
