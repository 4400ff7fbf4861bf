import type { Deadline } from './deadline.ts'
import { type Part, partKey } from './part.ts'
import type { ResolvedPart } from './scope.ts'
import type { TextSource } from './sources.ts'

interface Row {
  readonly part: Part
  readonly row: number
}

/** Keeps those of the rows, in their order, whose texts satisfy what was left doubtful. */
export async function confirmed<T extends Row>(
  text: TextSource,
  rows: readonly T[],
  parts: readonly ResolvedPart[],
  deadline: Deadline,
): Promise<readonly T[]> {
  const byKey = Map.groupBy(rows, ({ part }) => partKey(part))
  const kept = new Set<T>()
  for (const { part, doubts } of parts) {
    const own = byKey.get(partKey(part))
    if (own === undefined) continue
    let left = Float64Array.from(own, ({ row }) => row)
    for (const probe of doubts) {
      const options = { timeoutMs: deadline.leftMs() }
      left = Float64Array.from(await text.confirm(partKey(part), probe, left, options))
    }
    const found = new Set(left)
    for (const one of own) if (found.has(one.row)) kept.add(one)
  }
  return rows.filter((one) => kept.has(one))
}
