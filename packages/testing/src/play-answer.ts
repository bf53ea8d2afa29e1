import type { ServerResponse } from 'node:http'
import type { Clock } from '@geppetto/context'
import { chunkBytes, chunksOf, type WireAnswer, type WireExchange } from './wire-exchange.ts'
import { beforeAnswer, ConnectionResetError, type FaultHost, faultyBody } from './wire-fault.ts'

/** What plays an answer, and where. */
export interface AnswerStage extends FaultHost {
  readonly clock: Clock
  /** Breaks the connection. */
  reset(): void
}

/** Writes an answer to a socket as its script says. Rejects when the client leaves. */
export async function playAnswer(response: ServerResponse, exchange: WireExchange, stage: AnswerStage): Promise<void> {
  const { response: answer, faults = [] } = exchange
  const startedAt = stage.clock.now()
  const waitUntil = async (atMs = 0) => {
    const leftMs = startedAt + atMs - stage.clock.now()
    if (leftMs > 0) await stage.wait(leftMs)
  }
  try {
    await beforeAnswer(faults, stage)
    if (answer === undefined) return stage.reset()
    await waitUntil(answer.atMs)
    const page = faults.find((fault) => fault.kind === 'html')
    response.writeHead(
      page === undefined ? (answer.status ?? 200) : (page.status ?? 200),
      headersOf(answer, page !== undefined),
    )
    response.flushHeaders()
    for await (const piece of faultyBody(piecesOf(answer, waitUntil), faults, stage)) await write(response, piece)
    if (answer.end?.kind === 'left') await stage.wait(Number.POSITIVE_INFINITY)
    response.end()
  } catch (error) {
    if (!(error instanceof ConnectionResetError)) throw error
    stage.reset()
  }
}

function headersOf({ contentType, headers }: WireAnswer, isPage: boolean): Record<string, string> {
  if (isPage) return { 'content-type': 'text/html; charset=utf-8' }
  const all: Record<string, string> = {
    ...(contentType === undefined ? undefined : { 'content-type': contentType }),
    ...headers,
  }
  // They speak of the bytes as they were once sent: these go out in pieces of our own, and not compressed.
  const { 'content-length': _length, 'content-encoding': _encoding, 'transfer-encoding': _transfer, ...kept } = all
  return kept
}

async function* piecesOf(answer: WireAnswer, waitUntil: (atMs?: number) => Promise<void>): AsyncGenerator<Uint8Array> {
  for (const chunk of chunksOf(answer)) {
    await waitUntil(chunk.atMs)
    const bytes = chunkBytes(chunk)
    if (bytes.length > 0) yield bytes
  }
  await waitUntil(answer.end?.atMs)
  if (answer.end?.kind === 'broken') throw new ConnectionResetError()
}

/** Resolves when the piece has left, so that the next one is a packet of its own. Rejects when the client has left. */
async function write(response: ServerResponse, piece: Uint8Array): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const onClose = () => reject(new Error('the client left'))
    response.once('close', onClose)
    response.write(piece, (error) => {
      response.off('close', onClose)
      if (error == null) resolve()
      else reject(error)
    })
  })
  // One turn of the event loop, in which a client of the same process can read it.
  await new Promise((resolve) => setImmediate(resolve))
}
