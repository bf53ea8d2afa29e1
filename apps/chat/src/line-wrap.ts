import { stripVTControlCharacters } from 'node:util'
import { displayWidth, isWide, splitCharacters } from './display-width.ts'

/** Breaks a stream of text into the lines of a terminal. */
export interface LineWrap {
  /** Takes more text; returns what can be written now. The word that has begun stays back: nobody knows yet whether it still fits. */
  push(text: string): string
  /** Returns what was kept back. The next text begins in the first column. */
  end(): string
}

/**
 * Breaks lines between words, and begins the next one below the text of the first: behind a bullet, an arrow, or the name in a table. Of
 * escape sequences it knows colours only.
 * @param columns the width at this moment; 0 and undefined: no limit.
 */
export function createLineWrap(columns: () => number | undefined): LineWrap {
  let column = 0
  /** The beginning of the line, by which the next one is indented. */
  let head = ''
  let spaces = ''
  /** The part of a word that is kept back. */
  let word = ''

  const startLine = () => {
    column = 0
    head = ''
    spaces = ''
  }

  const put = (text: string): string => {
    const before = spaces
    spaces = ''
    column += gapWidth(before, column) + displayWidth(text)
    if (head.length < longestHead) head += before + text
    return before + text
  }

  const place = (unit: string): string => {
    // Terminals differ in what they do behind the last column.
    const limit = Math.max(1, (columns() || Number.POSITIVE_INFINITY) - 1)
    const hang = hangOf(head + spaces, limit)
    const start = column + gapWidth(spaces, column)
    if (start + displayWidth(unit) <= limit) return put(unit)
    if (start > hang) {
      column = hang
      spaces = ''
      return `\n${' '.repeat(hang)}${place(unit)}`
    }
    const characters = splitCharacters(unit)
    return characters.length === 1 ? put(unit) : characters.map(place).join('')
  }

  const placeWord = (): string => {
    const placed = unitsOf(word).map(place).join('')
    word = ''
    return placed
  }

  const placePiece = (piece: string): string => {
    if (piece === '\n') {
      const line = `${placeWord()}\n`
      startLine()
      return line
    }
    const placed = piece.trim() === '' ? placeWord() : ''
    if (piece.trim() === '') spaces += piece
    else word += piece
    return placed
  }

  return {
    push(text) {
      const pieces = text.split(/(\n|[ \t]+)/).filter((piece) => piece !== '')
      const placed = pieces.map(placePiece).join('')
      const units = unitsOf(word)
      word = units.pop() ?? ''
      return placed + units.map(place).join('')
    },
    end() {
      const rest = placeWord() + spaces
      startLine()
      return rest
    },
  }
}

/** How much of a line is looked at for its indentation, in characters. */
const longestHead = 80

const markers: readonly RegExp[] = [/^ *(?:[-*•←→>]|\d+[.)]) +/, /^ +\S.*? {2,}/, /^ +/]

/** Where the next line begins: below the text, unless that would leave too little room. */
function hangOf(head: string, limit: number): number {
  const line = stripVTControlCharacters(head)
  // As in a printed turn, whose own line breaks are followed by so much.
  if (/^\[[^\]]*\] /.test(line)) return limit >= 8 ? 4 : 0
  const marker = markers.map((pattern) => pattern.exec(line)?.[0]).find((match) => match !== undefined) ?? ''
  const hang = displayWidth(marker)
  return hang <= (limit + 1) / 2 ? hang : Math.min(2, Math.floor(limit / 4))
}

/** The parts of a word between which a line may end: around wide characters, which are written without spaces. */
function unitsOf(word: string): string[] {
  if (/^[ -~]*$/.test(word)) return word === '' ? [] : [word]
  const units: string[] = []
  let wasWide = false
  for (const character of splitCharacters(word)) {
    const last = units.at(-1)
    const mayBreak = (isWide(character) || (wasWide && displayWidth(character) > 0)) && !closing.test(character)
    if (last === undefined || mayBreak) units.push(character)
    else units[units.length - 1] = last + character
    if (displayWidth(character) > 0) wasWide = isWide(character)
  }
  return units
}

/** What must not begin a line. */
const closing = /^[、。，．：；？！）」』】〉》…,.:;?!)]/

function gapWidth(spaces: string, column: number): number {
  let end = column
  for (const space of spaces) end = space === '\t' ? (Math.floor(end / 8) + 1) * 8 : end + 1
  return end - column
}
