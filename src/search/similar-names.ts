/** How much of two names has to be alike. */
const LEAST = 0.7

/** Names that someone who wrote `name` may have meant, the most alike first. */
export function similarNames(name: string, known: readonly string[]): readonly string[] {
  if (name.length > 64) return []
  return known
    .map((other) => ({
      other,
      likeness: 1 - edits(name, other) / Math.max(name.length, other.length),
    }))
    .filter(({ likeness }) => likeness > LEAST)
    .sort((a, b) => b.likeness - a.likeness || (a.other < b.other ? -1 : 1))
    .map(({ other }) => other)
}

/** Letters to insert, delete or replace. */
function edits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, place) => place)
  for (let left = 0; left < from.length; left++) {
    const next = [left + 1]
    for (let right = 0; right < to.length; right++) {
      const replaced = row[right]! + (from[left] === to[right] ? 0 : 1)
      next.push(Math.min(replaced, row[right + 1]! + 1, next[right]! + 1))
    }
    row = next
  }
  return row[to.length]!
}
