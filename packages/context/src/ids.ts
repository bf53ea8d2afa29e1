/** Makes identifiers. Injected, so that tests and replays get the same ones again. */
export interface IdGenerator {
  /** A new id: `prefix`, an underscore, and a part that no other call returns. Fits `^[a-zA-Z0-9_-]{1,40}$` for prefixes up to 10 characters. */
  next(prefix: string): string
}

/** Lower-case base 32 without the letters that are read as digits (Crockford). */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** 24 characters of 5 random bits each: 120 bits. */
const length = 24

/** Ids from the host's cryptographic random source. */
export const randomIds: IdGenerator = {
  next(prefix) {
    const bytes = crypto.getRandomValues(new Uint8Array(length))
    let id = `${prefix}_`
    for (const byte of bytes) id += alphabet[byte & 31]
    return id
  },
}
