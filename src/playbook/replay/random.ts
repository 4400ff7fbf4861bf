/**
 * Returns a number in [0, 1) that depends on nothing but its arguments (the finaliser of
 * MurmurHash3), so that a replay can be repeated call by call.
 */
export function chance(seed: number, number: number, purpose: number): number {
  let hash = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b)
  for (const part of [number, purpose]) {
    hash = Math.imul(hash ^ (hash >>> 16) ^ (part + 0x7f4a7c15), 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  }
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}

/** Picks by weight: `position` in [0, 1) selects from the running sum of the weights. */
export function pickByWeight<T>(
  choices: readonly { readonly value: T; readonly weight: number }[],
  position: number,
): T {
  let rest = position * choices.reduce((sum, { weight }) => sum + weight, 0)
  const found = choices.find(({ weight }) => {
    rest -= weight
    return rest < 0
  })
  return (found ?? choices.at(-1)!).value
}
