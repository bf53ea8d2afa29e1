/** Makes identifiers. Injected, so that tests and replays get the same ones again. */
export interface IdGenerator {
  /** A new id: `prefix`, an underscore, and a part that no other call returns. Fits `^[a-zA-Z0-9_-]{1,40}$` for prefixes up to 10 characters. */
  next(prefix: string): string
}

/** Lower-case base 32 without the letters that are read as digits (Crockford). */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** 24 characters of 5 random bits each: 120 bits. */
const length = 24

/** Random bytes for some ids: a source that is asked for each costs more than all else of it. */
const supply = new Uint8Array(128 * length)
let position = supply.length

/** Ids from the host's cryptographic random source. */
export const randomIds: IdGenerator = {
  next(prefix) {
    if (position === supply.length) {
      crypto.getRandomValues(supply)
      position = 0
    }
    let id = `${prefix}_`
    for (const end = position + length; position < end; position++) id += alphabet[(supply[position] ?? 0) & 31]
    return id
  },
}
