import type { QueryTerm } from '../tokens.ts'
import type { Deadline } from './deadline.ts'
import type { TextProbe } from './filter.ts'
import { type Part, partKey, tableName } from './part.ts'
import { hasPhrase } from './phrase.ts'
import { rowsCondition } from './row-set.ts'
import {
  allProbes,
  computedSql,
  type Found,
  narrowed,
  type ResolvedPart,
  type Scope,
  withRows,
} from './scope.ts'
import { scoredProbes, type WordScores } from './score.ts'
import type { ColumnsSource, TextSource } from './sources.ts'
import { column, renderSql, sql } from './sql.ts'

/** Parts asked of the text engine at a time, so that a short search passes a long one. */
const PARTS_AT_A_TIME = 4

type Rows = Float64Array | undefined

const NO_SCORES: WordScores = new Map()

/** Asks the text engine what the column engine cannot know: words, phrases, ids. */
export class Resolver {
  readonly #columns: ColumnsSource
  readonly #text: TextSource
  /** Rows by probe and part; a search makes its own probes, so none outlives its search. */
  readonly #known = new WeakMap<TextProbe, Map<string, Promise<Rows>>>()

  constructor(columns: ColumnsSource, text: TextSource) {
    this.#columns = columns
    this.#text = text
  }

  /** Returns the parts in which something can match, in the order given. */
  async resolve(scope: Scope, deadline: Deadline): Promise<readonly ResolvedPart[]> {
    const open = scope.parts.filter((part) => narrowed(scope.filter, part).kind !== 'none')
    const probes = allProbes(scope.filter, scope.computed)
    const resolved: ResolvedPart[] = []
    const few = probes.every(({ kind }) => kind === 'id')
    const size = few ? Math.max(1, open.length) : PARTS_AT_A_TIME
    for (let start = 0; start < open.length; start += size) {
      const batch = open.slice(start, start + size)
      const answers = await this.#answers(batch, probes, deadline)
      for (const [place, part] of batch.entries()) {
        const found = { probes, rows: answers[place]!, scores: NO_SCORES }
        const filter = withRows(narrowed(scope.filter, part), found)
        if (filter.kind === 'none') continue
        const scores = await this.#scores(scope, part, found, deadline)
        const all = { ...found, scores }
        const computed = scope.computed.map((one) => computedSql(one, part, all))
        resolved.push({ part, filter, computed })
      }
    }
    return resolved
  }

  async #answers(parts: readonly Part[], probes: readonly TextProbe[], deadline: Deadline) {
    const keys = parts.map(partKey)
    for (const probe of probes) this.#ask(parts, probe, deadline)
    return Promise.all(
      keys.map((key) => Promise.all(probes.map((probe) => this.#known.get(probe)!.get(key)!))),
    )
  }

  /** Relevance of the rows that were found, for the probes of which a score is wanted. */
  async #scores({ computed }: Scope, part: Part, { probes, rows }: Found, deadline: Deadline) {
    const scored = computed.flatMap((one) => (one.kind === 'score' ? scoredProbes(one.score) : []))
    if (scored.length === 0) return NO_SCORES
    const found = await Promise.all(
      [...new Set(scored)].map(async (probe) => {
        const matched = rows[probes.indexOf(probe)] ?? new Float64Array()
        const scores = await this.#text.scores(partKey(part), probe, matched, deadline.leftMs())
        return [probe, { rows: matched, scores }] as const
      }),
    )
    return new Map(found)
  }

  /** Hits, count and aggregations of a search share its probes: each part is asked once. */
  #ask(parts: readonly Part[], probe: TextProbe, deadline: Deadline): void {
    const known = this.#known.get(probe) ?? new Map<string, Promise<Rows>>()
    this.#known.set(probe, known)
    const open = parts.filter((part) => !known.has(partKey(part)))
    if (open.length === 0) return
    const asked = this.#text.probe(open.map(partKey), [probe], deadline.leftMs())
    for (const [place, part] of open.entries()) {
      const rows = asked.then((answers) =>
        this.#confirm(part, probe, answers[place]?.[0], deadline),
      )
      // whoever waits for it is told; nobody may, when another part of the search failed first
      rows.catch(() => undefined)
      known.set(partKey(part), rows)
    }
  }

  /** Phrases in error messages are compared on the column; a day's text file does not hold it. */
  async #confirm(part: Part, probe: TextProbe, rows: Rows, deadline: Deadline): Promise<Rows> {
    if (rows === undefined || rows.length === 0 || part.kind !== 'day') return rows
    if (probe.kind !== 'phrase' || probe.field.paths[0] !== 'error_message') return rows
    return probe.terms.length === 1
      ? rows
      : this.#phraseRows(part, rows, probe.terms, probe.slop, deadline)
  }

  async #phraseRows(
    part: Part,
    rows: Float64Array,
    terms: readonly QueryTerm[],
    slop: number,
    deadline: Deadline,
  ): Promise<Float64Array> {
    const statement = sql`SELECT ${column('row')}, ${column('error_message')} FROM ${tableName(part)}
      WHERE ${rowsCondition(rows)} ORDER BY 1`
    const found = await this.#columns.query(renderSql(statement), deadline.leftMs())
    const confirmed = found.filter(([, message]) => hasPhrase(String(message), terms, slop))
    return Float64Array.from(confirmed, ([row]) => Number(row))
  }
}
