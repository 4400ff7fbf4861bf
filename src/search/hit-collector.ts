import type { Deadline, Part, Score, StoreReader } from '../store/index.ts'
import type { HighlightContext } from './highlight-terms.ts'
import { compileContent, type HitContent, readContents } from './hit-content.ts'
import type { HitRequest } from './hit-request.ts'
import type { Schema } from './schema.ts'
import type { Hit } from './search-answer.ts'
import type { PartGroup } from './searched-parts.ts'

/** A record that an aggregation answers whole. */
export interface HitPlace {
  /** Name of its index. */
  readonly index: string
  readonly row: number
  /** What stands in the hit beside what is read of it. */
  readonly beside: Pick<Hit, '_score' | 'sort'>
}

interface Pending {
  readonly content: HitContent
  readonly places: readonly HitPlace[]
  /** Where the hits go. */
  readonly hits: unknown[]
}

export interface HitCollectorOptions {
  readonly groups: readonly PartGroup[]
  readonly highlight: HighlightContext
  readonly scoreOf: (schema: Schema) => Score
}

/**
 * Collects the records that aggregations answer whole, so that those of all buckets are read at
 * once when everything else is answered.
 */
export class HitCollector {
  readonly groups: readonly PartGroup[]
  readonly #highlight: HighlightContext
  readonly #scoreOf: HitCollectorOptions['scoreOf']
  #pending: Pending[] = []

  constructor({ groups, highlight, scoreOf }: HitCollectorOptions) {
    this.groups = groups
    this.#highlight = highlight
    this.#scoreOf = scoreOf
  }

  get isLogs(): boolean {
    return this.groups.every(({ schema }) => schema.kind === 'log')
  }

  /** The score that all records have, when it is one. */
  sameScore(): number | undefined {
    const values = this.groups.map(({ schema }) => {
      const score = this.#scoreOf(schema)
      return score.kind === 'constant' ? score.value : undefined
    })
    const [first] = values
    return values.every((value) => value === first) ? first : undefined
  }

  /** @throws SearchFailure for what hits cannot hold */
  compile(request: HitRequest): HitContent {
    return compileContent(request, this.groups, this.#highlight)
  }

  /** Returns a list that has the hits once `read` is done. */
  add(content: HitContent, places: readonly HitPlace[]): readonly unknown[] {
    const hits: unknown[] = []
    if (places.length > 0) this.#pending.push({ content, places, hits })
    return hits
  }

  /** Reads the records and fills the lists. */
  async read(reader: StoreReader, deadline: Deadline): Promise<void> {
    const pending = this.#pending
    this.#pending = []
    for (const [content, own] of Map.groupBy(pending, (one) => one.content)) {
      await this.#readAlike(reader, { content, own, deadline })
    }
  }

  async #readAlike(
    reader: StoreReader,
    wanted: {
      readonly content: HitContent
      readonly own: readonly Pending[]
      readonly deadline: Deadline
    },
  ): Promise<void> {
    const { content, own, deadline } = wanted
    const places = own.flatMap((one) =>
      one.places.map((place) => ({ place, hits: one.hits, part: this.#partOf(place.index) })),
    )
    const found = places.flatMap(({ place, hits, part }) =>
      part === undefined ? [] : [{ place, hits, part, row: place.row }],
    )
    const read = await readContents(reader, { content, entries: found, deadline })
    for (const [at, hit] of read.entries()) {
      if (hit === undefined) continue
      const { place, hits } = found[at]!
      const { _index, _id, ...rest } = hit
      const { _score, sort } = place.beside
      hits.push({
        _index,
        ...(_id !== undefined && { _id }),
        _score,
        ...rest,
        ...(sort !== undefined && { sort }),
      })
    }
  }

  #partOf(index: string): Part | undefined {
    const day = index.slice(-DAY_LENGTH).replaceAll('.', '-')
    for (const group of this.groups) {
      for (const part of group.parts) {
        if (part.kind === 'index' ? part.name === index : part.columns.day === day) return part
      }
    }
    return undefined
  }
}

/** Of `YYYY.MM.DD` at the end of a log index' name. */
const DAY_LENGTH = 10
