import type { Exchange } from './recordings.ts'

/** A `fetch` that answers with the recorded responses, one after the other, without a network. */
export function recordedFetch(
  exchanges: readonly Exchange[],
  bodyOf: (body: Uint8Array<ArrayBuffer>, exchange: Exchange) => BodyInit = (body) => body,
): typeof fetch {
  let calls = 0
  return async () => {
    const exchange = exchanges[calls++]
    if (exchange === undefined) throw new Error(`there are only ${exchanges.length} recorded responses`)
    const { status, contentType, body } = exchange.response
    const bytes = new TextEncoder().encode(body)
    return new Response(bodyOf(bytes, exchange), { status, headers: { 'content-type': contentType } })
  }
}

/** The bytes in pieces that end where `nextLength` says. */
export function inPieces(bytes: Uint8Array<ArrayBuffer>, nextLength: () => number): ReadableStream<Uint8Array> {
  let at = 0
  return new ReadableStream(
    {
      pull(controller) {
        const end = at + nextLength()
        if (at < bytes.length) controller.enqueue(bytes.slice(at, end))
        at = end
        if (at >= bytes.length) controller.close()
      },
    },
    { highWaterMark: 0 },
  )
}

/** A stream’s body as another server would frame it: other line ends, and comments that keep the connection open. */
export function reframed(body: string, lineEnd: '\n' | '\r\n' | '\r', hasComments: boolean): string {
  const lines = body.replaceAll('\r\n', '\n')
  const kept = hasComments ? lines.replaceAll(/(^|\n\n)(?=.)/g, '$1: keep-alive\n\n') : lines
  return kept.replaceAll('\n', lineEnd)
}
