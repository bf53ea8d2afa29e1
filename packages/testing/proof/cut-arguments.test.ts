import type { EngineBuilderOptions } from '@geppetto/enginebuilder'
import type { RunResult } from '@geppetto/session'
import { providerCalls } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { createFaultTransport } from '../src/fault-transport.ts'
import type { WireFault } from '../src/wire-fault.ts'
import { bytesTransport, createTill, type Frame, payment, toBytes } from './tool-wire.test-helper.ts'

/** Arguments with everything that a cut may go through: characters of two, three and four bytes, escapes, a surrogate pair as escapes. */
const argumentsText = '{ "amount": 100, "to": "Zoë, 東京 🦜 \\u00e9\\ud83e\\udd9c \\"quoted\\" \\\\" }'
const done: readonly Frame[] = [{ say: 'Done.' }, { stop: 'end_turn' }]

/** The arguments in pieces, as the APIs send them, and also through the middle of a surrogate pair. */
function pieces(text: string): Frame[] {
  const parts: Frame[] = []
  for (let at = 0; at < text.length; at += 5) parts.push({ add: text.slice(at, at + 5) })
  return parts
}

/** Runs to the end, however long it takes; then once more, which must not run what was left. */
async function run(
  first: readonly Frame[],
  faults: readonly WireFault[] = [],
  cancelWhenStuck = false,
  retry: EngineBuilderOptions['retry'] = false,
): Promise<{ readonly result: RunResult; readonly paid: readonly unknown[]; readonly faults: readonly string[] }> {
  const till = createTill(
    (clock) => createFaultTransport(bytesTransport(toBytes(first), toBytes(done)), [faults], clock),
    { retry },
  )
  const handle = till.session.submit('Pay.')
  for (let passed = 0; handle.isRunning && passed < 100; passed++) {
    await till.clock.advance(0)
    await new Promise((resolve) => setImmediate(resolve))
    if (passed < 3) continue
    if (cancelWhenStuck) void handle.cancel()
    await till.clock.advance(200_000)
  }
  const result = await handle.wait()
  const paidAtOnce = [...till.paid]
  const next = await till.session.submit('And now?').wait()
  const problems = [...till.faults()]
  if (next.status !== 'completed') problems.push(`the next run is ${next.status}`)
  if (till.paid.length !== paidAtOnce.length) problems.push('the next run paid')
  return { result, paid: paidAtOnce, faults: problems }
}

describe('the bytes of an answer with a call in it, cut anywhere, never run the call', () => {
  const frames: readonly Frame[] = [
    { say: 'I pay. ✓' },
    { open: 'pay' },
    ...pieces(argumentsText),
    { close: true },
    { stop: 'tool_calls' },
  ]
  const { length } = toBytes(frames)

  it('and whole they run it once', async () => {
    const { result, paid, faults } = await run(frames)
    expect(paid).toEqual([payment.parse(JSON.parse(argumentsText))])
    expect([result.status, faults]).toEqual(['completed', []])
  })

  it.each<[string, (at: number) => WireFault, RunResult['status'], boolean]>([
    ['when the answer ends well-formed', (at) => ({ kind: 'cut', at }), 'failed', false],
    ['when the connection breaks', (at) => ({ kind: 'reset', at }), 'failed', false],
    ['when nothing more comes', (at) => ({ kind: 'delay', at, ms: Number.POSITIVE_INFINITY }), 'failed', false],
    ['when it is cancelled there', (at) => ({ kind: 'delay', at, ms: Number.POSITIVE_INFINITY }), 'cancelled', true],
  ])('%s', { timeout: 60_000 }, async (_, fault, status, isCancelled) => {
    const broken: Record<number, unknown> = {}
    // The last byte is the empty line's, without which the last frame is not over.
    for (let at = 0; at < length - 1; at++) {
      const { result, paid, faults } = await run(frames, [fault(at)], isCancelled)
      if (paid.length > 0 || result.status !== status || faults.length > 0)
        broken[at] = { status: result.status, paid, faults }
    }
    expect(broken).toEqual({})
  })

  it('when the call is made again from its start', { timeout: 60_000 }, async () => {
    const broken: Record<number, unknown> = {}
    for (let at = 0; at < length - 1; at++) {
      const { result, paid, faults } = await run(frames, [{ kind: 'reset', at }], false, { afterVisible: 'restart' })
      const kinds = result.turn.blocks.map((block) => block.kind).join()
      if (paid.length > 0 || result.status !== 'completed' || faults.length > 0 || kinds !== 'user,assistant')
        broken[at] = { status: result.status, paid, faults, kinds }
    }
    expect(broken).toEqual({})
  })
})

describe('arguments that are cut anywhere inside a whole answer are never run', () => {
  const bytes = new TextEncoder().encode(argumentsText)
  const decoder = new TextDecoder()

  it.each<[string, readonly Frame[], RunResult['status']]>([
    ['when the provider says that they are whole', [{ close: true }, { stop: 'tool_calls' }], 'completed'],
    ['when it says so, and that it reached its limit', [{ close: true }, { stop: 'max_tokens' }], 'completed'],
    ['when the adapter cuts them off', [{ cutOff: true }, { stop: 'max_tokens' }], 'completed'],
    ['when nobody says so', [{ stop: 'tool_calls' }], 'failed'],
    ['when the provider fails', [{ fail: 'overloaded' }], 'failed'],
    ['when it fails after it said so', [{ close: true }, { fail: 'overloaded' }], 'failed'],
  ])('%s', async (_, ending, status) => {
    const broken: Record<number, unknown> = {}
    for (let end = 0; end < bytes.length - 1; end++) {
      // What an API makes of half a character: a replacement.
      const cut = decoder.decode(bytes.subarray(0, end))
      const { result, paid, faults } = await run([{ open: 'pay' }, ...pieces(cut), ...ending])
      if (paid.length > 0 || result.status !== status || faults.length > 0)
        broken[end] = { status: result.status, paid, faults }
    }
    expect(broken).toEqual({})
  })

  it('nor are whole ones that the provider left open, or that came with its limit', async () => {
    for (const ending of [{ stop: 'tool_calls' }, { cutOff: true }] as const) {
      const rest: readonly Frame[] = 'stop' in ending ? [] : [{ stop: 'max_tokens' }]
      const { result, paid } = await run([{ open: 'pay' }, ...pieces(argumentsText), ending, ...rest])
      expect(paid).toEqual([])
      expect(providerCalls(result.turn)).not.toEqual([])
    }
  })
})
