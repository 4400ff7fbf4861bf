import { databaseName, RECORDS_TABLE } from '../days/columns-schema.ts'
import type { QueryTerm } from '../tokens.ts'
import type { Deadline } from './deadline.ts'
import type { Filter, TextProbe } from './filter.ts'
import { hasPhrase } from './phrase.ts'
import { rowsCondition } from './row-set.ts'
import { allProbes, type DayPart, narrowed, type ResolvedDay, withRows } from './scope.ts'
import type { ColumnsSource, TextSource } from './sources.ts'
import { column, renderSql, sql } from './sql.ts'
import type { ProbeAnswer } from './text-reader.ts'

/** Days asked of the text engine at a time, so that a short search passes a long one. */
const DAYS_AT_A_TIME = 4

type Rows = Float64Array | undefined

export interface ResolveRequest {
  readonly filter: Filter
  readonly marks: readonly Filter[]
  readonly deadline: Deadline
}

/** Asks the text engine what the column engine cannot know: words, phrases, ids. */
export class Resolver {
  readonly #columns: ColumnsSource
  readonly #text: TextSource
  /** Rows by probe and day; a search makes its own probes, so none outlives its search. */
  readonly #known = new WeakMap<TextProbe, Map<string, Promise<Rows>>>()

  constructor(columns: ColumnsSource, text: TextSource) {
    this.#columns = columns
    this.#text = text
  }

  /** Returns the days in which something can match, in the order given. */
  async resolve(
    parts: readonly DayPart[],
    request: ResolveRequest,
  ): Promise<readonly ResolvedDay[]> {
    const days = parts
      .map((part) => ({
        part,
        filter: narrowed(request.filter, part.columns),
        marks: request.marks.map((mark) => narrowed(mark, part.columns)),
      }))
      .filter(({ filter }) => filter.kind !== 'none')
    const probes = allProbes([request.filter, ...request.marks])
    if (probes.length === 0) return days
    const resolved: ResolvedDay[] = []
    const size = probes.every(({ kind }) => kind === 'id') ? days.length : DAYS_AT_A_TIME
    for (let start = 0; start < days.length; start += size) {
      const batch = days.slice(start, start + size)
      const answers = await this.#answers(batch, probes, request.deadline)
      for (const [place, { part, filter, marks }] of batch.entries()) {
        const found = answers[place]!
        const known = withRows(filter, probes, found)
        if (known.kind === 'none') continue
        resolved.push({
          part,
          filter: known,
          marks: marks.map((mark) => withRows(mark, probes, found)),
        })
      }
    }
    return resolved
  }

  async #answers(
    days: readonly ResolvedDay[],
    probes: readonly TextProbe[],
    deadline: Deadline,
  ): Promise<readonly ProbeAnswer[]> {
    const names = days.map(({ part }) => part.columns.day)
    for (const probe of probes) this.#ask(names, probe, deadline)
    return Promise.all(
      names.map((day) => Promise.all(probes.map((probe) => this.#known.get(probe)!.get(day)!))),
    )
  }

  /** Hits, count and aggregations of a search share its probes: each day is asked once. */
  #ask(days: readonly string[], probe: TextProbe, deadline: Deadline): void {
    const known = this.#known.get(probe) ?? new Map<string, Promise<Rows>>()
    this.#known.set(probe, known)
    const open = days.filter((day) => !known.has(day))
    if (open.length === 0) return
    const asked = this.#text.probe(open, [probe], deadline.leftMs())
    for (const [place, day] of open.entries()) {
      const rows = asked.then((answers) => this.#confirm(day, probe, answers[place]?.[0], deadline))
      // whoever waits for it is told; nobody may, when another part of the search failed first
      rows.catch(() => undefined)
      known.set(day, rows)
    }
  }

  /** Phrases in error messages are compared on the column; the text file does not hold it. */
  async #confirm(day: string, probe: TextProbe, rows: Rows, deadline: Deadline): Promise<Rows> {
    if (rows === undefined || rows.length === 0) return rows
    if (probe.kind !== 'phrase' || probe.field !== 'error_message') return rows
    return probe.terms.length === 1 ? rows : this.#phraseRows(day, rows, probe.terms, deadline)
  }

  async #phraseRows(
    day: string,
    rows: Float64Array,
    terms: readonly QueryTerm[],
    deadline: Deadline,
  ): Promise<Float64Array> {
    const table = { texts: [`${databaseName(day)}.${RECORDS_TABLE}`], holes: [] }
    const statement = sql`SELECT ${column('row')}, ${column('error_message')} FROM ${table}
      WHERE ${rowsCondition(rows)} ORDER BY 1`
    const found = await this.#columns.query(renderSql(statement), deadline.leftMs())
    const confirmed = found.filter(([, message]) => hasPhrase(String(message), terms))
    return Float64Array.from(confirmed, ([row]) => Number(row))
  }
}
