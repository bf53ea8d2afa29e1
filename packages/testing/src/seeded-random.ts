/** Whole numbers from 0 up to `limit` (not included), the same for the same seed: a linear congruential generator (Numerical Recipes). */
export function seededRandom(seed: number): (limit: number) => number {
  let state = seed >>> 0
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    // The upper bits: the lower ones repeat soon.
    return Math.floor((state / 2 ** 32) * limit)
  }
}
