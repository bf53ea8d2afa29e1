import { type Decoder, type DecoderOutput, EngineError, type ProviderAdapter, parseJsonObject } from '@geppetto/engine'
import type { JsonObject } from '@geppetto/turns'

/** Reads one payload that is no chunk of the answer. What it throws ends the call as `protocol`. */
export type PayloadReader = (payload: JsonObject, output: DecoderOutput) => void

/** Readers by the name of the event, or by what the payload calls its `object`. */
export type PayloadReaders = Readonly<Record<string, PayloadReader>>

/** A decoder that has what is no chunk read by the readers, and leaves all else to `decode`. */
export function withPayloads(decode: ProviderAdapter['decode'], readers: PayloadReaders): ProviderAdapter['decode'] {
  return (output) => new PayloadDecoder(decode(output), output, readers)
}

class PayloadDecoder implements Decoder {
  readonly #chunks: Decoder
  readonly #output: DecoderOutput
  readonly #readers: PayloadReaders
  readonly #marks: readonly string[]

  constructor(chunks: Decoder, output: DecoderOutput, readers: PayloadReaders) {
    this.#chunks = chunks
    this.#output = output
    this.#readers = readers
    this.#marks = Object.keys(readers).map((name) => JSON.stringify(name))
  }

  event(name: string, data: string): void {
    const found = this.#find(name, data)
    if (found === undefined) this.#chunks.event(name, data)
    else found.read(found.payload, this.#output)
  }

  end(): void {
    this.#chunks.end()
  }

  /** A chunk that does not even mention one of the names is not parsed here. */
  #find(name: string, data: string): { readonly read: PayloadReader; readonly payload: JsonObject } | undefined {
    const byName = this.#readerOf(name)
    if (byName === undefined && !this.#marks.some((mark) => data.includes(mark))) return undefined
    const payload = parseJsonObject(data)
    if (byName !== undefined && payload === undefined)
      throw new EngineError('protocol', `the event ${name} is no JSON object: ${data.slice(0, 120)}`)
    const read = byName ?? this.#readerOf(payload?.['object'])
    return read === undefined || payload === undefined ? undefined : { read, payload }
  }

  #readerOf(name: unknown): PayloadReader | undefined {
    return typeof name === 'string' && Object.hasOwn(this.#readers, name) ? this.#readers[name] : undefined
  }
}
