/** What a body is, by how it begins: what its headers say of it is not always so. */
export type BodyForm = 'events' | 'json' | 'page' | 'text'

/** The fields of server-sent events. */
const eventFields: readonly string[] = ['data', 'event', 'id', 'retry']

/** The longest of them, with what stands behind it. */
const headLength = 6

/** Holds the first bytes of a body until they say what it is. */
export class BodyStart {
  #held: Uint8Array[] = []
  /** The first characters behind white space and byte order mark. */
  #head = ''

  /** Takes the next bytes; undefined until it is known. */
  push(bytes: Uint8Array): BodyForm | undefined {
    // White space that a host sends while it thinks is not kept, nor a mark of which half came before: the form is judged without them, and read so.
    const start = this.#head === '' ? bytes.findIndex((byte) => !isBlank(byte)) : 0
    if (start < 0) return undefined
    const rest = bytes.subarray(start)
    this.#held.push(rest)
    this.#head += String.fromCharCode(...rest.subarray(0, headLength - this.#head.length))
    return formOf(this.#head)
  }

  /** No more bytes come: a stream that was cut in its first word, or undefined where there was nothing but white space. */
  end(): BodyForm | undefined {
    return this.#head === '' ? undefined : (formOf(this.#head) ?? 'events')
  }

  /** Gives back what was held, from the first character on, in one piece. */
  release(): Uint8Array {
    const [only, ...others] = this.#held
    this.#held = []
    if (only !== undefined && others.length === 0) return only
    const chunks = only === undefined ? [] : [only, ...others]
    const whole = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0))
    let offset = 0
    for (const chunk of chunks) {
      whole.set(chunk, offset)
      offset += chunk.length
    }
    return whole
  }
}

/** What a whole text is; undefined where it says nothing. */
export function formOfText(text: string): BodyForm | undefined {
  const start = new BodyStart()
  return start.push(new TextEncoder().encode(text.slice(0, 4096).trimStart().slice(0, headLength))) ?? start.end()
}

function formOf(head: string): BodyForm | undefined {
  const first = head.charAt(0)
  if (first === '') return undefined
  if (first === '<') return 'page'
  if (first === '{' || first === '[' || first === '"') return 'json'
  if (first === ':') return 'events'
  const field = eventFields.find((name) => head.startsWith(name) && head.length > name.length)
  if (field !== undefined) return ':\r\n'.includes(head.charAt(field.length)) ? 'events' : 'text'
  return eventFields.some((name) => name.startsWith(head)) ? undefined : 'text'
}

/** White space, and the bytes of a byte order mark. */
function isBlank(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d) || byte === 0xef || byte === 0xbb || byte === 0xbf
}
