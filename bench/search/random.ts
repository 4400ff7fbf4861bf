/** Pseudo-random numbers in [0, 1) that follow from `seed` alone (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.floor(seed / 2 ** 32)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), 1 | state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A rank from 0 to `count - 1` of Zipf's law: the second is half as frequent as the first. */
export function zipf(count: number, chance: number): number {
  return Math.floor((count + 1) ** chance) - 1
}

/** A value around `median`; two of three lie within a factor of e to the power of `spread`. */
export function logNormal(median: number, spread: number, random: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return median * Math.exp(spread * normal)
}

/** One of the values. */
export function pick<T>(values: readonly T[], chance: number): T {
  const value = values[Math.floor(chance * values.length)]
  if (value === undefined) throw new Error('nothing to pick from')
  return value
}
