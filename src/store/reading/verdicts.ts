import type { AnswerKey, ProbeCache } from './probe-cache.ts'
import { NO_ROWS, unionOf } from './row-union.ts'

/**
 * What is known of rows whose texts were compared with a probe. Texts stay as they are when others
 * are added to the file, so that nothing has to be compared again.
 */
export class Verdicts {
  readonly matching: Float64Array
  readonly others: Float64Array
  readonly #cache: ProbeCache
  readonly #answer: AnswerKey
  readonly #edition: number
  readonly #new: { readonly matching: number[]; readonly others: number[] } = {
    matching: [],
    others: [],
  }

  /** @param edition of the file; changes when texts were taken out of it */
  constructor(cache: ProbeCache, answer: AnswerKey, edition: number) {
    this.#cache = cache
    this.#answer = answer
    this.#edition = edition
    this.matching = cache.get(named(answer, 'matching'), edition) ?? NO_ROWS
    this.others = cache.get(named(answer, 'others'), edition) ?? NO_ROWS
  }

  /** Whether the row matches; undefined when nobody has looked. */
  of(row: number): boolean | undefined {
    if (isAmong(this.matching, row)) return true
    return isAmong(this.others, row) ? false : undefined
  }

  note(row: number, isMatching: boolean): void {
    this.#new[isMatching ? 'matching' : 'others'].push(row)
  }

  /** Keeps what was noted for those who ask later. */
  save(): void {
    for (const kind of ['matching', 'others'] as const) {
      const noted = this.#new[kind]
      if (noted.length === 0) continue
      const rows = unionOf([this[kind], Float64Array.from(noted).sort()])
      this.#cache.set(named(this.#answer, kind), this.#edition, rows)
    }
  }
}

function named({ file, probe }: AnswerKey, kind: 'matching' | 'others'): AnswerKey {
  return { file, probe: `${kind} ${probe}` }
}

function isAmong(rows: Float64Array, row: number): boolean {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (rows[middle]! < row) low = middle + 1
    else high = middle
  }
  return rows[low] === row
}
