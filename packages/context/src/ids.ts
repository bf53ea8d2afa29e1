/** Makes identifiers. Injected, so that tests and replays get the same ones again. */
export interface IdGenerator {
  /** A new id: `prefix`, an underscore, and a part that no other call returns. Fits `^[a-zA-Z0-9_-]{1,40}$` for prefixes up to 10 characters. */
  next(prefix: string): string
}

/** Lower-case base 32 without the letters that are read as digits (Crockford), as UTF-16 units. */
const alphabet = Uint8Array.from('0123456789abcdefghjkmnpqrstvwxyz', (letter) => letter.charCodeAt(0))

/** 24 characters of 5 random bits each: 120 bits. */
const length = 24

/** Random letters for some ids: a source that is asked for each costs more than all else of it. */
const supply = new Uint8Array(128 * length)
let position = supply.length

/** Ids from the host's cryptographic random source. */
export const randomIds: IdGenerator = {
  next(prefix) {
    if (position === supply.length) {
      crypto.getRandomValues(supply)
      for (let index = 0; index < supply.length; index++) supply[index] = alphabet[(supply[index] ?? 0) & 31] ?? 0
      position = 0
    }
    const letters = Reflect.apply(String.fromCharCode, undefined, supply.subarray(position, position + length))
    position += length
    return `${prefix}_${letters}`
  },
}
