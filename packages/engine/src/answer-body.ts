import type { Clock } from '@geppetto/context'
import { type BodyForm, BodyStart } from './body-form.ts'
import { readBody, type Wish } from './read-body.ts'

/** Takes a body as it comes. */
export interface BodyTaker {
  take(bytes: Uint8Array): Wish
  /** The body is over, or its taker had enough. */
  end(): void
}

/** Reads a body by the taker of its form, which is looked at and not believed; undefined is the form of a body without content. `onBytes` is told of each chunk. */
export async function takeBody(
  body: ReadableStream<Uint8Array> | null,
  signal: AbortSignal,
  clock: Clock,
  takerOf: (form: BodyForm | undefined) => BodyTaker,
  onBytes: () => void = () => {},
): Promise<void> {
  const start = new BodyStart()
  let taker: BodyTaker | undefined
  await readBody(body, signal, clock, (bytes) => {
    onBytes()
    if (taker !== undefined) return taker.take(bytes)
    const form = start.push(bytes)
    if (form === undefined) return undefined
    taker = takerOf(form)
    return taker.take(start.release())
  })
  taker ??= takerOf(start.end())
  taker.end()
}

/** Gathers a text, of which `maxLength` characters are wanted, and hands it over at the end. */
export function textTaker(onText: (text: string) => void, maxLength: number = Number.POSITIVE_INFINITY): BodyTaker {
  const decoder = new TextDecoder('utf-8')
  let text = ''
  return {
    take(bytes) {
      text += decoder.decode(bytes, { stream: true })
      return text.length > maxLength ? 'stop' : undefined
    },
    end: () => onText((text + decoder.decode()).slice(0, maxLength)),
  }
}
