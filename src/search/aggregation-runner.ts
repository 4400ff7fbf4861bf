import {
  type Cell,
  integer,
  joinSql,
  longValue,
  type Row,
  type Sql,
  sql,
  type Table,
} from '../store/index.ts'
import { type Layout, layOut, orderPlace, type PlacedBuckets } from './aggregation-layout.ts'
import type {
  Aggregation,
  BucketAggregation,
  BucketOrder,
  Children,
  Group,
  GroupKey,
  Metric,
} from './aggregations/aggregation.ts'
import { alias } from './field-reference.ts'
import { aggregationFailure, tooManyBuckets } from './search-failure.ts'

/** Elasticsearch's `search.max_buckets`. */
export const MAX_BUCKETS = 65_536

/** The groups of a bucket aggregation, by the keys of the buckets around them. */
interface Groups {
  readonly layout: Layout
  readonly byParent: ReadonlyMap<string, readonly Group[]>
}

/** All that the statements of a request answered. */
export interface AggregationData {
  readonly layout: Layout
  /** Values of the metrics outside of any bucket. */
  readonly cells: Row
  /** Values of those metrics outside of any bucket that were computed by themselves. */
  readonly alone: ReadonlyMap<string, Row>
  readonly groups: ReadonlyMap<BucketAggregation, Groups>
}

/** A bucket aggregation around the one that is computed. */
interface Level {
  readonly key: GroupKey
  /** Keys that were answered, when others were left out. */
  readonly chosen: readonly Cell[] | undefined
}

interface Path {
  readonly levels: readonly Level[]
  readonly conditions: readonly Sql[]
}

/** Name under which the groups of the buckets with these keys are kept. */
export function parentName(keys: readonly Cell[]): string {
  return JSON.stringify(keys)
}

/**
 * Runs a tree of aggregations over a table: one statement for everything outside of buckets and
 * one for each bucket aggregation, which groups by its own key and those around it.
 *
 * @throws SearchFailure when there are too many buckets
 */
export async function runAggregations(tree: Children, table: Table): Promise<AggregationData> {
  const expressions: Sql[] = []
  const layout = layOut(new Map([...tree].filter(([, child]) => !isAlone(child))), expressions)
  const run = new Run(table)
  const [rows, alone] = await Promise.all([
    expressions.length === 0
      ? Promise.resolve([])
      : table.rows(sql`SELECT ${joinSql(expressions, ', ')} FROM records`),
    Promise.all([...tree].map(([name, child]) => quantilesAlone(name, child, table))),
    run.level(layout, { levels: [], conditions: [] }),
  ])
  return {
    layout,
    cells: rows[0] ?? [],
    alone: new Map(alone.filter((entry) => entry !== undefined)),
    groups: run.groups,
  }
}

/** Quantiles of all records have a faster way than those of many groups. */
function isAlone(child: Aggregation): child is Metric & { readonly fractions: readonly number[] } {
  return child.kind === 'metric' && child.fractions !== undefined
}

async function quantilesAlone(
  name: string,
  child: Aggregation,
  table: Table,
): Promise<readonly [string, Row] | undefined> {
  if (!isAlone(child)) return undefined
  return [name, [await table.quantiles(child.inputs[0]!, child.fractions)]]
}

class Run {
  readonly groups = new Map<BucketAggregation, Groups>()
  readonly #table: Table
  #buckets = 0

  constructor(table: Table) {
    this.#table = table
  }

  async level(layout: Layout, path: Path): Promise<void> {
    await Promise.all(layout.buckets.map((placed) => this.#run(placed, path)))
  }

  async #run({ buckets, conditions }: PlacedBuckets, around: Path): Promise<void> {
    const path = { ...around, conditions: [...around.conditions, ...conditions] }
    const expressions: Sql[] = []
    const layout = layOut(buckets.children, expressions)
    const answered = await this.#table.rows(groupSql(buckets, path, layout, expressions))
    this.#buckets += answered.length
    if (this.#buckets > MAX_BUCKETS) throw tooManyBuckets(MAX_BUCKETS)
    const depth = path.levels.length
    // records without key are in no bucket; to leave them out in SQL would compute keys twice
    const rows = answered.filter((row) => row[depth] !== null)
    const groups = rows.map((row) => groupOf(row, depth))
    this.groups.set(buckets, { layout, byParent: byParent(rows, groups, depth) })
    if (layout.buckets.length === 0 || groups.length === 0) return
    const chosen =
      buckets.top === undefined ? undefined : [...new Set(groups.map(({ key }) => key))]
    const levels = [...path.levels, { key: buckets.key, chosen }]
    await this.level(layout, { ...path, levels })
  }
}

/** A row is: keys from the outermost to its own, count, total, values. */
function groupOf(row: Row, depth: number): Group {
  return {
    key: row[depth] ?? null,
    count: Number(row[depth + 1]),
    total: Number(row[depth + 2]),
    cells: row.slice(depth + 3),
  }
}

function byParent(
  rows: readonly Row[],
  groups: readonly Group[],
  depth: number,
): ReadonlyMap<string, readonly Group[]> {
  const found = new Map<string, Group[]>()
  for (const [place, row] of rows.entries()) {
    const name = parentName(row.slice(0, depth))
    const beside = found.get(name)
    if (beside === undefined) found.set(name, [groups[place]!])
    else beside.push(groups[place]!)
  }
  return found
}

function groupSql(
  { key, top }: BucketAggregation,
  { levels, conditions }: Path,
  layout: Layout,
  expressions: readonly Sql[],
): Sql {
  const keys = [...levels.map((level) => level.key), key]
  const names = keys.map((_, place) => alias(`k${place}`))
  const values = expressions.map((expression, place) => sql`${expression} AS ${alias(`m${place}`)}`)
  const grouped = sql`SELECT ${joinSql([...names, sql`count(*) AS n`, ...values], ', ')}
    FROM (${keyedSql(levels, keys, names, conditions)}) GROUP BY ${joinSql(names, ', ')}`
  const slots = expressions.map((_, place) => alias(`m${place}`))
  const limit = integer(MAX_BUCKETS + 1)
  if (top === undefined) {
    return sql`SELECT ${joinSql([...names, sql`n`, sql`n`, ...slots], ', ')} FROM (${grouped}) LIMIT ${limit}`
  }
  const own = names.at(-1)!
  const around = names.slice(0, -1)
  const kept = sql`${grouped} HAVING ${own} IS NOT NULL AND count(*) >= ${longValue(top.minDocCount)}`
  const order = joinSql(
    top.order.map((by) => orderSql(by, own, layout)),
    ', ',
  )
  const columns = joinSql([...names, sql`n`, totalSql(around), ...slots], ', ')
  if (around.length === 0) {
    return sql`SELECT ${columns} FROM (${kept}) ORDER BY ${order} LIMIT ${integer(top.size)}`
  }
  const parents = joinSql(around, ', ')
  return sql`SELECT ${columns} FROM (${kept})
    QUALIFY row_number() OVER (PARTITION BY ${parents} ORDER BY ${order}) <= ${integer(top.size)}
    ORDER BY ${parents}, ${order} LIMIT ${limit}`
}

/** Records in all groups of the same parent; counted before any of them is left out. */
function totalSql(around: readonly Sql[]): Sql {
  return around.length === 0
    ? sql`sum(n) OVER () AS total`
    : sql`sum(n) OVER (PARTITION BY ${joinSql(around, ', ')}) AS total`
}

/** The records with their keys as columns, without those whose outer buckets were left out. */
function keyedSql(
  levels: readonly Level[],
  keys: readonly GroupKey[],
  names: readonly Sql[],
  conditions: readonly Sql[],
): Sql {
  let source = conditions.length === 0 ? sql`records` : conditionedSql(conditions)
  for (const [place, { expression, isList }] of keys.entries()) {
    const value = isList ? sql`unnest(list_distinct(${expression}))` : expression
    source = sql`(SELECT *, ${value} AS ${names[place]!} FROM ${source})`
    const level = levels[place]
    if (level?.chosen === undefined) continue
    const list = joinSql(
      level.chosen.map((key) => sql`${level.key.bind(key)}`),
      ', ',
    )
    source = sql`(SELECT * FROM ${source} WHERE ${names[place]!} IN (${list}))`
  }
  return sql`SELECT * FROM ${source}`
}

function conditionedSql(conditions: readonly Sql[]): Sql {
  return sql`(SELECT * FROM records WHERE ${joinSql(conditions, ' AND ')})`
}

function orderSql({ by, descending }: BucketOrder, own: Sql, layout: Layout): Sql {
  const direction = descending ? sql`DESC NULLS LAST` : sql`ASC NULLS LAST`
  if (by === 'count') return sql`n ${direction}`
  if (by === 'key') return sql`${own} ${direction}`
  const place = orderPlace(layout, by.path, by.property)
  if (place === undefined) {
    throw aggregationFailure(
      'execution',
      `Invalid aggregation order path [${[by.path.join('>'), by.property].filter(Boolean).join('.')}]. The provided aggregation is not a metric or filter beneath the terms`,
    )
  }
  const value = alias(`m${place.slot}`)
  return place.element === undefined
    ? sql`${value} ${direction}`
    : sql`${value}[${integer(place.element)}] ${direction}`
}
