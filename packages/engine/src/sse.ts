/**
 * Reads server-sent events from bytes in any split: a streaming decoder, a search for line ends, nothing per byte.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export interface SseReader {
  /** Takes the next bytes and hands out every event that they complete. */
  push(bytes: Uint8Array): void
  /** No more bytes come. An event whose closing empty line is missing is dropped, as the specification has it. */
  end(): void
}

/** Gets what a reader finds. */
export interface SseTaker {
  /** An event: its name (`message` where none is given) and its data lines joined. */
  event(name: string, data: string): void
  /** A line that is nothing of an event, also one without its end. Comments, `id` and `retry` are passed over. */
  other?(line: string): void
}

/** Makes a reader. A decoder can be its taker. */
export function createSseReader(taker: SseTaker): SseReader {
  return new LineReader(taker)
}

class LineReader implements SseReader {
  readonly #taker: SseTaker
  // Drops a byte order mark at the very start, and keeps characters that are cut between two chunks.
  readonly #decoder = new TextDecoder('utf-8')
  /** A line whose end has not come. Only ever appended to and never searched again, so that a long line costs its length once. */
  #rest = ''
  #name = ''
  #lastName = ''
  #data: string | undefined
  /** The chunk before ended in a carriage return: a line feed that comes now belongs to it. */
  #skipsLineFeed = false

  constructor(taker: SseTaker) {
    this.#taker = taker
  }

  push(bytes: Uint8Array): void {
    this.#read(this.#decoder.decode(bytes, { stream: true }))
  }

  end(): void {
    this.#read(this.#decoder.decode())
    const rest = this.#rest
    if (rest !== '' && !mayBeEvent(rest) && !isPassedOver(rest, 0)) this.#taker.other?.(rest)
    this.#rest = ''
    this.#name = ''
    this.#data = undefined
  }

  #read(text: string): void {
    if (text === '') return
    let start = this.#skipsLineFeed && text.startsWith('\n') ? 1 : 0
    this.#skipsLineFeed = false
    let lineFeed = text.indexOf('\n', start)
    let carriageReturn = text.indexOf('\r', start)
    while (lineFeed >= 0 || carriageReturn >= 0) {
      const isLineFeed = carriageReturn < 0 || (lineFeed >= 0 && lineFeed < carriageReturn)
      const end = isLineFeed ? lineFeed : carriageReturn
      if (this.#rest === '') this.#takeLine(text, start, end)
      else {
        const line = this.#rest + text.slice(start, end)
        this.#rest = ''
        this.#takeLine(line, 0, line.length)
      }
      start = end + 1
      if (!isLineFeed) {
        if (start === text.length) this.#skipsLineFeed = true
        else if (lineFeed === start) start++
        carriageReturn = text.indexOf('\r', start)
      }
      // Every event has an empty line behind it.
      if (lineFeed >= 0 && lineFeed < start)
        lineFeed = text.charCodeAt(start) === 10 ? start : text.indexOf('\n', start)
    }
    this.#rest += text.slice(start)
  }

  #takeLine(text: string, start: number, end: number): void {
    if (start === end) this.#endEvent()
    else if (text.startsWith('data', start)) {
      const value = fieldValue(text, start + 4, end)
      if (value !== undefined) this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`
    } else if (text.startsWith('event', start)) {
      this.#name = this.#nameIn(text, start + 5, end)
    } else if (!isPassedOver(text, start)) this.#taker.other?.(text.slice(start, end))
  }

  /** An event is called as the one before it, as a rule: then it is the same text, which is no work to compare. */
  #nameIn(text: string, start: number, end: number): string {
    const last = this.#lastName
    if (end - start === last.length + 2 && text.startsWith(': ', start) && text.startsWith(last, start + 2)) return last
    const name = fieldValue(text, start, end)
    if (name === undefined) return this.#name
    this.#lastName = name
    return name
  }

  #endEvent(): void {
    const name = this.#name
    const data = this.#data
    this.#name = ''
    this.#data = undefined
    if (data !== undefined) this.#taker.event(name === '' ? 'message' : name, data)
  }
}

/** What stands behind the colon, without one leading space; empty for a field without a colon; undefined when the name is longer than `nameEnd` says. */
function fieldValue(text: string, nameEnd: number, end: number): string | undefined {
  if (nameEnd === end) return ''
  if (text.charCodeAt(nameEnd) !== 58) return undefined
  const valueStart = text.charCodeAt(nameEnd + 1) === 32 ? nameEnd + 2 : nameEnd + 1
  return text.slice(valueStart, end)
}

/** A comment, or a field that says nothing of an event. */
function isPassedOver(text: string, start: number): boolean {
  return text.charCodeAt(start) === 58 || text.startsWith('id', start) || text.startsWith('retry', start)
}

/** Whether a line that was cut is the beginning of an event's. */
function mayBeEvent(line: string): boolean {
  return ['data', 'event', 'retry', 'id'].some((field) => line.startsWith(field) || field.startsWith(line))
}
