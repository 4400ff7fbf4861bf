import type { SearchAnswer } from '../api/elastic.ts'
import { bucketStarts, type TimeWindow } from '../state/time-range.ts'
import { BREAKDOWNS, type Breakdown } from './overview-query.ts'

/** Numbers of one period. Percentiles are undefined when nothing was measured. */
export interface Totals {
  readonly calls: number
  readonly failed: number
  readonly p50Ms: number | undefined
  readonly p95Ms: number | undefined
  readonly p99Ms: number | undefined
  readonly firstByteP50Ms: number | undefined
  readonly firstByteP95Ms: number | undefined
  readonly promptTokens: number
  readonly completionTokens: number
  readonly costUsd: number
}

/** Chart columns; all lists are as long as `startsMs`. Undefined is a gap in a line. */
export interface Series {
  readonly startsMs: readonly number[]
  readonly ok: readonly number[]
  readonly failed: readonly number[]
  readonly p50Ms: readonly (number | undefined)[]
  readonly p95Ms: readonly (number | undefined)[]
  readonly p99Ms: readonly (number | undefined)[]
  readonly costUsd: readonly number[]
}

export interface BreakdownRow {
  readonly value: string
  readonly calls: number
  readonly failed: number
  readonly p95Ms: number | undefined
  readonly costUsd: number
}

export interface BreakdownTable {
  readonly rows: readonly BreakdownRow[]
  /** Calls of values beyond the rows. */
  readonly otherCalls: number
  /** Calls that have no value at all. */
  readonly unnamedCalls: number
}

export interface ErrorPattern {
  readonly pattern: string
  readonly calls: number
  readonly lastMs: number | undefined
  readonly provider: string | undefined
  readonly status: string | undefined
}

export interface Failures {
  readonly calls: number
  readonly patterns: readonly ErrorPattern[]
  /** Failed calls beyond the patterns shown, or without a message. */
  readonly otherCalls: number
}

interface Bucket {
  readonly key: string | number
  readonly doc_count: number
  readonly [aggregation: string]: unknown
}

type Node = Readonly<Record<string, unknown>>

/** Reads the answer to `totalsOnly` or the totals of `totalsAndSeries`. */
export function readTotals({ hits, aggregations }: SearchAnswer): Totals {
  const root = aggregations ?? {}
  return {
    calls: hits.total?.value ?? 0,
    failed: count(root, 'failed'),
    p50Ms: percentile(root, 'latency', 50),
    p95Ms: percentile(root, 'latency', 95),
    p99Ms: percentile(root, 'latency', 99),
    firstByteP50Ms: percentile(root, 'first_byte', 50),
    firstByteP95Ms: percentile(root, 'first_byte', 95),
    promptTokens: metric(root, 'prompt_tokens') ?? 0,
    completionTokens: metric(root, 'completion_tokens') ?? 0,
    costUsd: metric(root, 'cost') ?? 0,
  }
}

/** Reads `by_time` and fills columns in which nothing happened. */
export function readSeries({ aggregations }: SearchAnswer, window: TimeWindow): Series {
  const byStart = new Map(buckets(aggregations ?? {}, 'by_time').map((each) => [each.key, each]))
  const startsMs = bucketStarts(window)
  const columns = startsMs.map((start) => byStart.get(start) ?? { key: start, doc_count: 0 })
  return {
    startsMs,
    ok: columns.map((column) => column.doc_count - count(column, 'failed')),
    failed: columns.map((column) => count(column, 'failed')),
    p50Ms: columns.map((column) => percentile(column, 'latency', 50)),
    p95Ms: columns.map((column) => percentile(column, 'latency', 95)),
    p99Ms: columns.map((column) => percentile(column, 'latency', 99)),
    costUsd: columns.map((column) => metric(column, 'cost') ?? 0),
  }
}

/** Reads the tables of `breakdowns`. */
export function readBreakdowns(answer: SearchAnswer): Readonly<Record<Breakdown, BreakdownTable>> {
  const calls = answer.hits.total?.value ?? 0
  const root = answer.aggregations ?? {}
  const tables = BREAKDOWNS.map((field) => [field, readTable(root, field, calls)] as const)
  return Object.fromEntries(tables) as Record<Breakdown, BreakdownTable>
}

function readTable(root: Node, field: Breakdown, calls: number): BreakdownTable {
  const rows = buckets(root, field).map((bucket) => ({
    value: String(bucket.key),
    calls: bucket.doc_count,
    failed: count(bucket, 'failed'),
    p95Ms: percentile(bucket, 'latency', 95),
    costUsd: metric(bucket, 'cost') ?? 0,
  }))
  const otherCalls = Number(child(root, field).sum_other_doc_count ?? 0)
  const shown = rows.reduce((sum, row) => sum + row.calls, 0)
  return { rows, otherCalls, unnamedCalls: Math.max(0, calls - shown - otherCalls) }
}

/** Reads the error patterns of `breakdowns`. */
export function readFailures({ aggregations }: SearchAnswer): Failures {
  const node = child(aggregations ?? {}, 'failures')
  const calls = Number(node.doc_count ?? 0)
  const patterns = buckets(node, 'patterns').map((bucket) => ({
    pattern: String(bucket.key),
    calls: bucket.doc_count,
    lastMs: metric(bucket, 'last'),
    provider: firstKey(bucket, 'provider'),
    status: firstKey(bucket, 'status'),
  }))
  const shown = patterns.reduce((sum, { calls: each }) => sum + each, 0)
  return { calls, patterns, otherCalls: Math.max(0, calls - shown) }
}

function child(node: Node, name: string): Node {
  const found = node[name]
  return typeof found === 'object' && found !== null ? (found as Node) : {}
}

function buckets(node: Node, name: string): readonly Bucket[] {
  const found = child(node, name).buckets
  return Array.isArray(found) ? (found as Bucket[]) : []
}

function count(node: Node, name: string): number {
  return Number(child(node, name).doc_count ?? 0)
}

function metric(node: Node, name: string): number | undefined {
  const value = child(node, name).value
  return typeof value === 'number' ? value : undefined
}

function percentile(node: Node, name: string, percent: number): number | undefined {
  const value = child(child(node, name), 'values')[`${percent}.0`]
  return typeof value === 'number' ? value : undefined
}

function firstKey(node: Node, name: string): string | undefined {
  const first = buckets(node, name)[0]
  return first === undefined ? undefined : String(first.key)
}
