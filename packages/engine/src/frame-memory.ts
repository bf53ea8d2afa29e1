import { isJsonObject, type JsonObject } from '@geppetto/turns'
import type { PieceTarget } from './adapter.ts'
import { parseJsonObject } from './json-fields.ts'

/** Where a value stands in a frame: the names of fields and the places in lists that lead to it. */
export type FramePath = readonly (string | number)[]

/**
 * Remembers a frame that said nothing but a piece of a text. Streams repeat such a frame thousands of times with another piece in it: one that is the
 * same, character for character, but for the piece and for fields that mean nothing, says what it says without being parsed.
 */
export interface FrameMemory {
  /** Takes a frame that is like the one before it: hands its piece on, and says so. Any other is for the caller to read, and ends the memory. */
  take(name: string, data: string): boolean
  /**
   * Remembers the frame that was read last.
   * @param frame what `data` says.
   * @param path where its piece stands. Reading the rest of the frame once more must change nothing.
   * @param target gets further pieces, which is what reading frames with other pieces in them would do.
   */
  learn(name: string, data: string, frame: JsonObject, path: FramePath, target: PieceTarget): void
}

/** A value that differs from frame to frame, without its quotes. */
interface Place {
  readonly start: number
  readonly end: number
  readonly isText: boolean
}

/** A place, and what must stand between the one before it and this one. */
interface Gap {
  readonly before: string
  readonly isText: boolean
  readonly isPiece: boolean
}

/** To learn costs as much as some frames: a stream whose frames are not alike is not learned again and again. */
const costOfLearning = 8
const firstCredit = 4 * costOfLearning

/** What is longer is no delta. */
const maxLearnedLength = 4_096

/** So often is a value looked for. */
const maxTries = 16

/** From this length on a part of a text is no copy, but holds on to the whole of it: here, to all that came with it. */
const minPartLength = 13

/** Makes a memory for one stream. @param ignored the names of fields with texts or numbers that mean nothing, such as a padding. */
export function createFrameMemory(ignored: readonly string[]): FrameMemory {
  return new OneFrame(ignored)
}

class OneFrame implements FrameMemory {
  readonly #ignored: readonly string[]
  #credit = firstCredit
  #name = ''
  #gaps: readonly Gap[] = []
  #tail = ''
  #target: PieceTarget | undefined
  #pieceStart = 0
  #pieceEnd = 0

  constructor(ignored: readonly string[]) {
    this.#ignored = ignored
  }

  take(name: string, data: string): boolean {
    const target = this.#target
    if (target === undefined) return false
    if (name !== this.#name || !this.#isLikeKnown(data)) {
      this.#target = undefined
      return false
    }
    if (this.#credit < firstCredit) this.#credit++
    target.append(textAt(data, this.#pieceStart, this.#pieceEnd))
    return true
  }

  learn(name: string, data: string, frame: JsonObject, path: FramePath, target: PieceTarget): void {
    if (this.#credit < costOfLearning || data.length > maxLearnedLength) return
    this.#credit -= costOfLearning
    const piece = placeOf(data, frame, path)
    if (piece === undefined || !piece.isText) return
    const places = [piece, ...this.#ignored.map((field) => placeOf(data, frame, [field]))]
      .filter((place) => place !== undefined)
      .sort((one, other) => one.start - other.start)
    this.#gaps = places.map((place, index) => ({
      before: data.slice(places[index - 1]?.end ?? 0, place.start),
      isText: place.isText,
      isPiece: place === piece,
    }))
    this.#tail = data.slice(places.at(-1)?.end)
    this.#name = name
    this.#target = target
  }

  #isLikeKnown(data: string): boolean {
    let at = 0
    for (const { before, isText, isPiece } of this.#gaps) {
      const start = at + before.length
      if (data.slice(at, start) !== before) return false
      at = isText ? endOfText(data, start, isPiece) : endOfNumber(data, start)
      if (at < 0) return false
      if (!isPiece) continue
      this.#pieceStart = start
      this.#pieceEnd = at
    }
    // A few characters as a rule, for which it is not worth to make a text of its own.
    return data.length === at + this.#tail.length && data.startsWith(this.#tail, at)
  }
}

/** Where the value stands, which is proved: something else in its place is read back from there. Undefined where it is written in a way of the host's own. */
function placeOf(data: string, frame: JsonObject, path: FramePath): Place | undefined {
  const value = valueAt(frame, path)
  const isText = typeof value === 'string'
  if (!isText && typeof value !== 'number') return undefined
  const written = JSON.stringify(value)
  let start = data.indexOf(written)
  for (let tries = 0; start >= 0 && tries < maxTries; tries++) {
    const end = start + written.length
    const other = parseJsonObject(`${data.slice(0, start)}null${data.slice(end)}`)
    if (valueAt(other, path) === null)
      return isText ? { start: start + 1, end: end - 1, isText } : { start, end, isText }
    start = data.indexOf(written, start + 1)
  }
  return undefined
}

function valueAt(frame: unknown, path: FramePath): unknown {
  return path.reduce<unknown>((holder, name) => {
    if (Array.isArray(holder)) return typeof name === 'number' ? holder[name] : undefined
    return isJsonObject(holder) && Object.hasOwn(holder, name) ? holder[name] : undefined
  }, frame)
}

/** Where the quote that ends the text stands; -1 where there is none, or what no text may hold. Escapes are looked at only where they are read. */
function endOfText(data: string, start: number, mayHaveEscapes: boolean): number {
  for (let at = start; at < data.length; at++) {
    const code = data.charCodeAt(at)
    if (code === quote) return at
    if (code === backslash && mayHaveEscapes) at++
    else if (code < space || code === backslash) return -1
  }
  return -1
}

/** Where the whole number ends; -1 where there is none. */
function endOfNumber(data: string, start: number): number {
  let at = start
  while (isDigit(data.charCodeAt(at))) at++
  return at === start || (data.charCodeAt(start) === zero && at > start + 1) ? -1 : at
}

/** @throws SyntaxError at an escape that there is not. */
function textAt(data: string, start: number, end: number): string {
  const written = data.slice(start, end)
  if (written.length < minPartLength && !written.includes('\\')) return written
  const text: string = JSON.parse(data.slice(start - 1, end + 1))
  return text
}

const quote = 0x22
const backslash = 0x5c
const space = 0x20
const zero = 0x30

function isDigit(code: number): boolean {
  return code >= zero && code <= 0x39
}
