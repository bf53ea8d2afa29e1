import type { ServerLink } from './server-link.ts'

/** What reads a stream. */
export interface StreamReader {
  onOpen(): void
  onChunk(bytes: Uint8Array): void
}

/** How long a stream may be silent before it is given up, in milliseconds: three times as long as a server is. */
const silenceMs = 45_000

/**
 * Holds a stream of the server open until it ends, breaks or is silent for too long; whoever calls it comes again.
 * @throws ClientError; what `reader` throws
 */
export async function holdStream(
  link: ServerLink,
  path: string,
  headers: Readonly<Record<string, string>>,
  reader: StreamReader,
  signal: AbortSignal,
): Promise<void> {
  const own = new AbortController()
  const stop = () => own.abort()
  if (signal.aborted) return
  signal.addEventListener('abort', stop, { once: true })
  const watch = createWatch(link, () => own.abort())
  let body: ReadableStreamDefaultReader<Uint8Array> | undefined
  // Whoever leaves an answer half read would keep the connection.
  const leave = () => void body?.cancel().catch(alreadyBroken)
  try {
    const response = await link.send(path, { headers: { ...headers, accept: 'text/event-stream' }, signal: own.signal })
    body = response.body?.getReader()
    if (own.signal.aborted) return
    own.signal.addEventListener('abort', leave, { once: true })
    reader.onOpen()
    for (let read = await body?.read(); read !== undefined && !read.done; read = await body?.read()) {
      watch.restart()
      if (own.signal.aborted) return
      reader.onChunk(read.value)
    }
  } finally {
    watch.stop()
    signal.removeEventListener('abort', stop)
    own.abort()
    // Where it was left before there was an answer, nobody has heard of that.
    leave()
  }
}

function createWatch({ options }: ServerLink, onSilence: () => void): { restart(): void; stop(): void } {
  const start = () => options.clock.schedule(onSilence, silenceMs)
  let stop = start()
  return {
    restart() {
      stop()
      stop = start()
    },
    stop: () => stop(),
  }
}

/** It is gone, as was wanted. */
function alreadyBroken(): void {}
