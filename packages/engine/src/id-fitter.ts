const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/**
 * Ids that fit a grammar, for whatever has an id of ours: the one that is wanted stays, ours where nothing else is, unless it does not fit or is another's;
 * then it becomes nine letters and digits, which every API takes. The same id always gives the same, so that an API's prompt cache holds; two ids never share one
 * in a request.
 * @param reserved which ids belong to whom already, by the id of ours; the first owner keeps one.
 * @param isTaken whether an id is another's that the fitter does not know of.
 */
export function createIdFitter(
  pattern: string,
  reserved: Iterable<readonly [id: string, wanted: string]> = [],
  isTaken: (id: string) => boolean = () => false,
): (id: string, wanted?: string) => string {
  // Most stretches of a conversation have no calls.
  let grammar: RegExp | undefined
  const fits = (wanted: string): boolean => {
    grammar ??= new RegExp(pattern)
    return grammar.test(wanted)
  }
  const ownerOf = new Map<string, string>()
  const isAnothers = (wanted: string, id: string): boolean => isTaken(wanted) || (ownerOf.get(wanted) ?? id) !== id
  for (const [id, wanted] of reserved) if (fits(wanted) && !isAnothers(wanted, id)) ownerOf.set(wanted, id)
  const known = new Map<string, string>()
  return (id, wanted = id) => {
    const before = known.get(id)
    if (before !== undefined) return before
    let fitted = fits(wanted) ? wanted : shortId(id)
    for (let attempt = 0; isAnothers(fitted, id); attempt++) fitted = shortId(attempt === 0 ? id : `${id}#${attempt}`)
    ownerOf.set(fitted, id)
    known.set(id, fitted)
    return fitted
  }
}

/** About 53 bits of the id's FNV-1a hashes as nine letters and digits. */
function shortId(id: string): string {
  return inDigits(hash(id, 0x811c9dc5), 5) + inDigits(hash(id, 0x01000193), 4)
}

function hash(text: string, seed: number): number {
  let state = seed
  for (let index = 0; index < text.length; index++) state = Math.imul(state ^ text.charCodeAt(index), 0x01000193)
  // The last units have moved the high bits little: spread them.
  return Math.imul(state ^ (state >>> 15), 0x85ebca6b) >>> 0
}

function inDigits(value: number, count: number): string {
  let rest = value
  let text = ''
  for (let place = 0; place < count; place++) {
    text += digits[rest % 62]
    rest = Math.floor(rest / 62)
  }
  return text
}
