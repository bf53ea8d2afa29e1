/** Whose turn it is: the answers of a rule follow one another, and begin again. Lives as long as one replay of a conversation. */
export interface Rotation {
  /** The next of `list`, which belongs to `key`. */
  next<T>(key: string, list: readonly T[]): T | undefined
}

/** A rotation at its start. The seed says with which answer each rule begins; with 0 it is the first. */
export function createRotation(seed: number): Rotation {
  const used = new Map<string, number>()
  return {
    next(key, list) {
      const count = used.get(key) ?? 0
      used.set(key, count + 1)
      return list[(startOf(key, seed, list.length) + count) % list.length]
    },
  }
}

function startOf(key: string, seed: number, length: number): number {
  if (seed === 0 || length === 0) return 0
  // FNV-1a: any spread will do, as long as it is the same everywhere.
  let hash = 0x811c9dc5
  for (const character of `${seed}:${key}`) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return (hash >>> 0) % length
}
