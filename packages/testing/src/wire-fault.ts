import { seededRandom } from './seeded-random.ts'

/** One thing that goes wrong with a response. Positions are bytes of its body; one beyond its end is never reached. */
export type WireFault =
  /** The body ends well-formed, as if it were whole, after `at` bytes. */
  | { readonly kind: 'cut'; readonly at: number }
  /** The connection breaks after `at` bytes; without `at`, before there is an answer. */
  | { readonly kind: 'reset'; readonly at?: number }
  /** Nothing comes for `ms` milliseconds (`Infinity`: ever again) after `at` bytes; without `at`, before the headers. */
  | { readonly kind: 'delay'; readonly ms: number; readonly at?: number }
  /** One byte at a time, `ms` milliseconds (default 0) between two. */
  | { readonly kind: 'drip'; readonly ms?: number }
  /** More boundaries between pieces, at random places: the same seed gives the same places. */
  | { readonly kind: 'split'; readonly seed: number }
  /** Random bytes in place of the body, under the headers that it would have had. */
  | { readonly kind: 'garbage'; readonly seed: number }
  /** There is never an answer. */
  | { readonly kind: 'silence' }
  /** A page for people, as a proxy sends it. Default status: 200. */
  | { readonly kind: 'html'; readonly status?: number }

/** What waiting and the end of a request mean where a fault happens. */
export interface FaultHost {
  /** Waits; rejects when the request is over. `Infinity` waits until then. */
  wait(ms: number): Promise<void>
}

/** A connection that broke, with the code that Node gives it. */
export class ConnectionResetError extends Error {
  override readonly name = 'ConnectionResetError'
  readonly code = 'ECONNRESET'

  constructor() {
    super('the connection was reset')
  }
}

const htmlPage = '<!doctype html>\n<html><head><title>Sign in</title></head><body>Sign in to go on.</body></html>\n'

const garbageLength = 256
const longestSplit = 24

/** @throws RangeError when the place or time of a fault is none. */
export function assertFaults(faults: readonly WireFault[]): void {
  for (const fault of faults) {
    const { at = 0, ms = 0 } = { at: undefined, ms: undefined, ...fault }
    if (!Number.isInteger(at) || at < 0)
      throw new RangeError(`fault ${fault.kind}: at must be a number of bytes of at least 0, not ${at}`)
    if (!(ms >= 0))
      throw new RangeError(`fault ${fault.kind}: ms must be a number of milliseconds of at least 0, not ${ms}`)
  }
}

/** What happens before there is a response. @throws ConnectionResetError; RangeError when the place or time of a fault is none. */
export async function beforeAnswer(faults: readonly WireFault[], host: FaultHost): Promise<void> {
  assertFaults(faults)
  for (const fault of faults) {
    if (fault.kind === 'silence') await host.wait(Number.POSITIVE_INFINITY)
    if (fault.kind === 'delay' && fault.at === undefined) await host.wait(fault.ms)
    if (fault.kind === 'reset' && fault.at === undefined) throw new ConnectionResetError()
  }
}

/** The body as it arrives. Throws {@link ConnectionResetError} where the connection breaks. */
export function faultyBody(
  body: AsyncGenerator<Uint8Array>,
  faults: readonly WireFault[],
  host: FaultHost,
): AsyncGenerator<Uint8Array> {
  return faults.reduce((pieces, fault) => apply(pieces, fault, host), body)
}

function apply(pieces: AsyncGenerator<Uint8Array>, fault: WireFault, host: FaultHost): AsyncGenerator<Uint8Array> {
  switch (fault.kind) {
    case 'cut':
      return upTo(pieces, fault.at, async () => 'stop')
    case 'reset':
      if (fault.at === undefined) return pieces
      return upTo(pieces, fault.at, async () => {
        throw new ConnectionResetError()
      })
    case 'delay': {
      const { at, ms } = fault
      return at === undefined ? pieces : upTo(pieces, at, () => host.wait(ms))
    }
    case 'drip':
      return drip(pieces, fault.ms ?? 0, host)
    case 'split':
      return split(pieces, fault.seed)
    case 'garbage':
      return instead(pieces, garbage(fault.seed))
    case 'html':
      return instead(pieces, new TextEncoder().encode(htmlPage))
    case 'silence':
      return pieces
  }
}

/** Does `then` when `at` bytes have gone by, and goes on unless it says `stop`. */
async function* upTo(
  pieces: AsyncGenerator<Uint8Array>,
  at: number,
  then: () => Promise<unknown>,
): AsyncGenerator<Uint8Array> {
  let left = at
  let isOver = false
  if (left <= 0) {
    isOver = true
    if ((await then()) === 'stop') return
  }
  for await (const piece of pieces) {
    if (isOver || piece.length < left) {
      left -= piece.length
      yield piece
      continue
    }
    yield piece.subarray(0, left)
    isOver = true
    if ((await then()) === 'stop') return
    if (left < piece.length) yield piece.subarray(left)
  }
}

async function* drip(pieces: AsyncGenerator<Uint8Array>, ms: number, host: FaultHost): AsyncGenerator<Uint8Array> {
  let isFirst = true
  for await (const piece of pieces)
    for (let at = 0; at < piece.length; at++) {
      if (!isFirst && ms > 0) await host.wait(ms)
      isFirst = false
      yield piece.subarray(at, at + 1)
    }
}

async function* split(pieces: AsyncGenerator<Uint8Array>, seed: number): AsyncGenerator<Uint8Array> {
  const random = seededRandom(seed)
  let untilBoundary = 1 + random(longestSplit)
  for await (const piece of pieces) {
    let from = 0
    // Boundaries are places in the body, so they do not depend on how it came.
    while (piece.length - from >= untilBoundary) {
      yield piece.subarray(from, from + untilBoundary)
      from += untilBoundary
      untilBoundary = 1 + random(longestSplit)
    }
    untilBoundary -= piece.length - from
    if (from < piece.length) yield piece.subarray(from)
  }
}

async function* instead(pieces: AsyncGenerator<Uint8Array>, bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  await pieces.return(undefined)
  yield bytes
}

function garbage(seed: number): Uint8Array {
  const random = seededRandom(seed)
  return Uint8Array.from({ length: garbageLength }, () => random(256))
}
