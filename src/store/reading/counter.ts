import { confirmed } from './confirm.ts'
import type { Deadline } from './deadline.ts'
import { membership, type Part, rowsInPart } from './part.ts'
import { tableSql } from './records-sql.ts'
import { doubtfulProbes, type Resolver } from './resolver.ts'
import { narrowed, partSelect, type ResolvedPart, type Scope } from './scope.ts'
import type { ColumnsSource, TextSource } from './sources.ts'
import { column, renderSql, sql } from './sql.ts'

export interface CountRequest {
  readonly scopes: readonly Scope[]
  /** Counting may stop here. */
  readonly limit: number
  readonly deadline: Deadline
}

export interface Counted {
  readonly count: number
  /** False when there may be more that were not looked at. */
  readonly isWhole: boolean
}

/** Rows whose texts are read at a time. */
const CONFIRMED_ROWS = 256

/** Counts records; what is known of parts without asking is not asked. */
export class Counter {
  readonly #columns: ColumnsSource
  readonly #text: TextSource
  readonly #resolver: Resolver

  constructor(sources: {
    readonly columns: ColumnsSource
    readonly text: TextSource
    readonly resolver: Resolver
  }) {
    this.#columns = sources.columns
    this.#text = sources.text
    this.#resolver = sources.resolver
  }

  /** Without `textMs` texts are read for as long as it takes. */
  async count({ scopes, limit, deadline }: CountRequest, textMs?: number): Promise<Counted> {
    let counted = 0
    let isWhole = true
    for (const scope of scopes) {
      if (counted >= limit) break
      const left = limit - counted
      if (textMs === undefined || doubtfulProbes(scope).length === 0) {
        counted += await this.#whole(scope, left, deadline)
      } else {
        const found = await this.#doubtful(scope, left, deadline, textMs)
        counted += found.count
        isWhole &&= found.isWhole
      }
    }
    return { count: counted, isWhole }
  }

  async #whole(scope: Scope, limit: number, deadline: Deadline): Promise<number> {
    let counted = 0
    const open = scope.parts.filter((part) => {
      const { kind } = narrowed(scope.filter, part)
      const known = kind === 'all' && scope.least === undefined ? rowsInPart(part) : undefined
      counted += known ?? 0
      return kind !== 'none' && known === undefined
    })
    let size = 1
    for (let start = 0; start < open.length && counted < limit; ) {
      counted += await this.#batch(scope, open.slice(start, start + size), deadline)
      start += size
      size *= 4
    }
    return counted
  }

  async #batch(scope: Scope, parts: readonly Part[], deadline: Deadline): Promise<number> {
    const { filter, least } = scope
    const isProbe = filter.kind === 'text' && filter.check === undefined && least === undefined
    if (isProbe && parts.every((part) => membership(part) === undefined)) {
      // what the text engine finds is all there is: the columns need not be asked
      const rows = await this.#resolver.rows(parts, filter.probe, deadline)
      if (rows.every((found) => found !== undefined)) {
        return rows.reduce((sum, { length }) => sum + length, 0)
      }
    }
    const resolved = await this.#resolver.resolve({ ...scope, parts, computed: [] }, deadline)
    return this.#resolved(resolved, deadline)
  }

  async #resolved(parts: readonly ResolvedPart[], deadline: Deadline): Promise<number> {
    let known = 0
    const others = parts.filter(({ part, filter }) => {
      const rows = filter.kind === 'all' ? rowsInPart(part) : undefined
      known += rows ?? 0
      return rows === undefined
    })
    if (others.length === 0) return known
    const select = sql`SELECT count(*) FROM records`
    const statement = tableSql({ parts: others, computed: [] }, select)
    const rows = await this.#columns.query(renderSql(statement), deadline.leftMs())
    return known + Number(rows[0]?.[0])
  }

  /** Part by part: which rows may match, then their texts, the latest rows first. */
  async #doubtful(
    scope: Scope,
    limit: number,
    deadline: Deadline,
    textMs: number,
  ): Promise<Counted> {
    const endMs = performance.now() + textMs
    let count = 0
    for (const part of scope.parts) {
      if (performance.now() > endMs) return { count, isWhole: false }
      const one = { ...scope, parts: [part], computed: [] }
      const resolved = await this.#resolver.resolve(one, deadline, 'candidates')
      const [own] = resolved
      if (own === undefined) continue
      const select = sql`SELECT * FROM (${partSelect(own, [column('row')])}) ORDER BY 1 DESC`
      const rows = await this.#columns.query(renderSql(select), deadline.leftMs())
      for (let start = 0; start < rows.length; start += CONFIRMED_ROWS) {
        if (count >= limit) return { count, isWhole: true }
        if (performance.now() > endMs) return { count, isWhole: false }
        const chunk = rows
          .slice(start, start + CONFIRMED_ROWS)
          .map(([row]) => ({ part, row: Number(row) }))
        count += (await confirmed(this.#text, chunk, resolved, deadline)).length
      }
    }
    return { count, isWhole: true }
  }
}
