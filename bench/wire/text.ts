// What the mock provider says: the same for every client and in every process, so that it can be checked.
const words = [
  ' the',
  ' model',
  ' writes',
  ' tokens',
  'ing',
  ' stream',
  ' of',
  ' text',
  ' and',
  ' then',
  ' "quoted"',
  ' result',
  ' value',
  '\n\n',
  ' caf\u00e9',
  ' data',
  ' with',
  ' some',
  ' longer',
  ' answer',
  '.',
  ' It',
  ' prints',
  ' code',
]

/** So many deltas of 1 to 9 characters, about 5 on average; some with quotes, line ends and what is not ASCII. */
export function textDeltas(count: number): string[] {
  let state = 12_345
  return Array.from({ length: count }, () => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff
    return words[(state >>> 8) % words.length] ?? ''
  })
}

const lengths = new Map<number, number>()

/** How many characters so many deltas have together. */
export function textLength(count: number): number {
  const known = lengths.get(count)
  if (known !== undefined) return known
  const length = textDeltas(count).join('').length
  lengths.set(count, length)
  return length
}

/** The arguments of each tool call; `noteDeltas` makes them large, by about 5 characters each. */
export function toolArguments(noteDeltas: number): string {
  const note = noteDeltas > 0 ? textDeltas(noteDeltas).join('') : 'please be brief and exact'
  return JSON.stringify({ city: 'San Francisco', unit: 'celsius', days: 3, note })
}

/** The arguments as they are streamed: 9 characters at a time. */
export function argumentPieces(noteDeltas: number): string[] {
  const text = toolArguments(noteDeltas)
  return Array.from({ length: Math.ceil(text.length / 9) }, (_, index) => text.slice(index * 9, index * 9 + 9))
}

/** What OpenAI pads its events with, of changing length. */
export function padding(index: number): string {
  return 'aB3dE6gH9jK2mN5p'.slice(0, 4 + (index % 11))
}
