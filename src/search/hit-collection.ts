import {
  and,
  type Deadline,
  rowsCondition,
  type Scope,
  type StoreReader,
  test,
} from '../store/index.ts'

/** More documents than this are all collected, whatever the request allows. */
const MOST_COLLECTED = 100_000

/** The first documents of every part, when a search may end after so many of them. */
export interface Collected {
  /** Whether there were more. */
  readonly isEarly: boolean
  /** Narrows scopes of the same parts down to them. */
  narrow(scopes: readonly Scope[]): readonly Scope[]
}

/** Finds the documents that a search with `terminate_after` collects. */
export async function collectFirst(
  reader: StoreReader,
  scopes: readonly Scope[],
  { count, deadline }: { readonly count: number; readonly deadline: Deadline },
): Promise<Collected> {
  if (count > MOST_COLLECTED) return { isEarly: false, narrow: (given) => given }
  let isEarly = false
  const rows: Float64Array[][] = []
  for (const scope of scopes) {
    const own: Float64Array[] = []
    for (const part of scope.parts) {
      const entries = await reader.page({
        scopes: [{ ...scope, parts: [part], computed: [] }],
        sort: [],
        tiesDescending: false,
        from: 0,
        size: count + 1,
        deadline,
      })
      isEarly ||= entries.length > count
      own.push(Float64Array.from(entries.slice(0, count), ({ row }) => row).sort())
    }
    rows.push(own)
  }
  return {
    isEarly,
    narrow: (given) =>
      given.flatMap((scope, place) =>
        scope.parts.map((part, at) => ({
          ...scope,
          parts: [part],
          filter: and([scope.filter, test(rowsCondition(rows[place]![at]!))]),
        })),
      ),
  }
}
