/**
 * Finds phrases among the places (ascending, per term) where one would begin if the term stood in
 * its own: for each, the place of every term. All lie within `slop` of one another, and none could
 * be shorter by taking the first of its terms from further behind.
 */
export function phrasesAt(
  places: readonly (readonly number[])[],
  slop: number,
): readonly (readonly number[])[] {
  if (places.length === 0 || places.some((own) => own.length === 0)) return []
  const found: (readonly number[])[] = []
  const next = places.map(() => 0)
  let lead = 0
  for (;;) {
    const current = places.map((own, term) => own[next[term]!]!)
    const least = Math.min(...current)
    // of terms in the same place it is the one that came there last
    if (current[lead]! > least) lead = current.indexOf(least)
    const others = current.filter((_, term) => term !== lead)
    const behind = places[lead]![next[lead]! + 1]
    if (behind === undefined || behind > Math.min(...others)) {
      if (Math.max(...current) - least <= slop) found.push(current)
      if (behind === undefined) return found
    }
    next[lead]!++
  }
}
