import { type Cell, joinSql, type Row, type Sql, sql, type Table } from '../store/index.ts'
import { type Layout, layOut, type PlacedBuckets } from './aggregation-layout.ts'
import type {
  Aggregation,
  AskedRecords,
  BucketAggregation,
  Children,
  GlobalAggregation,
  Group,
  Metric,
  ParentGroups,
} from './aggregations/aggregation.ts'
import { groupSql, type Level, surveySql } from './grouped-records.ts'
import { tooManyBuckets } from './search-failure.ts'

/** Elasticsearch's `search.max_buckets`. */
export const MAX_BUCKETS = 65_536
/** Groups that an aggregation may choose its buckets from. */
const MAX_CANDIDATES = 1_000_000

/** The groups of a bucket aggregation, by the keys of the buckets around them. */
interface Groups {
  readonly layout: Layout
  readonly byParent: ReadonlyMap<string, ParentGroups>
}

/** The records that the aggregations of a request are made of. */
export interface AggregatedTables {
  /** Those that match the query. */
  readonly matching: Table
  /** All of the searched indices. */
  all(): Promise<Table>
}

/** All that the statements of a request answered. */
export interface AggregationData {
  /** The tree as it was run: some aggregations are settled only by the records. */
  readonly tree: Children
  readonly layout: Layout
  /** Values of the metrics outside of any bucket. */
  readonly cells: Row
  /** Values of those metrics outside of any bucket that were computed by themselves. */
  readonly alone: ReadonlyMap<string, Row>
  readonly groups: ReadonlyMap<BucketAggregation, Groups>
  /** Answers over all records, with their number. */
  readonly globals: ReadonlyMap<GlobalAggregation, AggregationData & { readonly count: number }>
}

/** Name under which the groups of the buckets with these keys are kept. */
export function parentName(keys: readonly Cell[]): string {
  return JSON.stringify(keys)
}

/**
 * Runs a tree of aggregations: one statement for everything outside of buckets and one for each
 * bucket aggregation, which groups by its own key and those around it.
 *
 * @throws SearchFailure when there are too many buckets
 */
export async function runAggregations(
  given: Children,
  tables: AggregatedTables,
): Promise<AggregationData> {
  const table = tables.matching
  const tree = await prepared(given, tables, [])
  const expressions: Sql[] = []
  const layout = layOut(new Map([...tree].filter(([, child]) => !isAlone(child))), expressions)
  const run = new Run(tables)
  const [rows, alone, globals] = await Promise.all([
    expressions.length === 0
      ? Promise.resolve([])
      : table.rows(sql`SELECT ${joinSql(expressions, ', ')} FROM records`),
    Promise.all([...tree].map(([name, child]) => quantilesAlone(name, child, table))),
    Promise.all([...tree.values()].map((child) => runGlobal(child, tables))),
    run.level(layout, []),
  ])
  return {
    tree,
    layout,
    cells: rows[0] ?? [],
    alone: new Map(alone.filter((entry) => entry !== undefined)),
    groups: run.groups,
    globals: new Map(globals.filter((entry) => entry !== undefined)),
  }
}

type Derive = BucketAggregation['derive']

/** Lets each aggregation settle what depends on the records. */
async function prepared(
  tree: Children,
  tables: AggregatedTables,
  around: readonly Derive[],
): Promise<Children> {
  const entries = [...tree].map(async ([name, child]): Promise<readonly [string, Aggregation]> => {
    if (child.kind === 'filter') {
      return [name, { ...child, children: await prepared(child.children, tables, around) }]
    }
    if (child.kind !== 'buckets') return [name, child]
    const derives = [...around, child.derive]
    const children = await prepared(child.children, tables, derives)
    const settled = (await child.prepare?.(askedRecords(tables, derives))) ?? child
    const meta = child.meta === undefined ? {} : { meta: child.meta }
    return [name, { ...settled, ...meta, children }]
  })
  return new Map(await Promise.all(entries))
}

/** The records within the buckets of `derives`, from the outermost, whatever their keys. */
function askedRecords(tables: AggregatedTables, derives: readonly Derive[]): AskedRecords {
  const source = derives.reduce(
    (records, derive) => (derive === undefined ? records : sql`(${derive(records, [])})`),
    sql`records`,
  )
  return {
    matching: (select) => tables.matching.rows(select(source)),
    all: async (select) => (await tables.all()).rows(select(source)),
  }
}

async function runGlobal(
  child: Aggregation,
  tables: AggregatedTables,
): Promise<readonly [GlobalAggregation, AggregationData & { readonly count: number }] | undefined> {
  if (child.kind !== 'global') return undefined
  const matching = await tables.all()
  const [data, counted] = await Promise.all([
    runAggregations(child.children, { ...tables, matching }),
    matching.rows(sql`SELECT count(*) FROM records`),
  ])
  return [child, { ...data, count: Number(counted[0]?.[0]) }] as const
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
  readonly #tables: AggregatedTables
  #buckets = 0

  constructor(tables: AggregatedTables) {
    this.#tables = tables
  }

  async level(layout: Layout, around: readonly Level[]): Promise<void> {
    await Promise.all(layout.buckets.map((placed) => this.#run(placed, around)))
  }

  async #run({ buckets, conditions }: PlacedBuckets, around: readonly Level[]): Promise<void> {
    const { key, derive } = buckets
    const surveys = await this.#survey(buckets, around, conditions)
    const choices = choicesOf(buckets, surveys)
    const own: Level = { key, conditions, derive, choices, chosen: undefined }
    const levels = [...around, own]
    const expressions: Sql[] = []
    const layout = layOut(buckets.children, expressions)
    const limit = buckets.settle === undefined ? MAX_BUCKETS : MAX_CANDIDATES
    const statement = groupSql(buckets, levels, layout, expressions, limit + 1)
    const rows = await this.#tables.matching.rows(statement)
    if (rows.length > limit) throw tooManyBuckets(MAX_BUCKETS)
    const found = byParent(rows, surveys, around.length)
    const byName = await this.#settled(buckets, levels, found)
    this.#buckets += [...byName.values()].reduce((sum, { groups }) => sum + groups.length, 0)
    if (this.#buckets > MAX_BUCKETS) throw tooManyBuckets(MAX_BUCKETS)
    this.groups.set(buckets, { layout, byParent: byName })
    if (layout.buckets.length === 0 || rows.length === 0) return
    const isLimited = buckets.top !== undefined || buckets.settle !== undefined
    const isWithin = around.some(({ chosen }) => chosen !== undefined)
    const chosen = isLimited || isWithin ? keysOf(byName) : undefined
    if (chosen?.length === 0) return
    await this.level(layout, [...withoutChosen(around), { ...own, chosen }])
  }

  async #survey(
    { survey, derive }: BucketAggregation,
    around: readonly Level[],
    conditions: readonly Sql[],
  ): Promise<ReadonlyMap<string, { readonly keys: Row; readonly answer: Row }>> {
    if (survey === undefined) return new Map()
    const statement = surveySql(around, { derive, conditions }, survey.select)
    const rows = await this.#tables.matching.rows(statement)
    return new Map(
      rows.map((row) => {
        const keys = row.slice(0, around.length)
        return [parentName(keys), { keys, answer: row.slice(around.length) }] as const
      }),
    )
  }

  async #settled(
    buckets: BucketAggregation,
    levels: readonly Level[],
    found: ReadonlyMap<string, ParentGroups>,
  ): Promise<ReadonlyMap<string, ParentGroups>> {
    if (buckets.settle === undefined || found.size === 0) return found
    const records = askedRecords(
      this.#tables,
      levels.map(({ derive }) => derive),
    )
    const settled = await buckets.settle([...found.values()], records)
    return new Map([...found.keys()].map((name, place) => [name, settled[place]!]))
  }
}

function choicesOf(
  { survey }: BucketAggregation,
  surveys: ReadonlyMap<string, { readonly keys: Row; readonly answer: Row }>,
): Level['choices'] {
  const choice = survey?.choice
  if (choice === undefined) return undefined
  const rows = [...surveys.values()].map(({ keys, answer }) => [...keys, ...choice.choose(answer)])
  return { names: choice.names, rows }
}

/** Keys of an inner bucket say all that those of the ones around it do. */
function withoutChosen(levels: readonly Level[]): readonly Level[] {
  return levels.map((level) => ({ ...level, chosen: undefined }))
}

function byParent(
  rows: readonly Row[],
  surveys: ReadonlyMap<string, { readonly answer: Row }>,
  depth: number,
): ReadonlyMap<string, ParentGroups> {
  const groups = Map.groupBy(rows, (row) => parentName(row.slice(0, depth)))
  const names = new Set([...groups.keys(), ...surveys.keys()])
  return new Map(
    [...names].map((name) => [
      name,
      {
        groups: (groups.get(name) ?? []).map((row) => groupOf(row, depth)),
        survey: surveys.get(name)?.answer,
      },
    ]),
  )
}

/** A row is: keys from the outermost to its own, count, total, values. */
function groupOf(row: Row, depth: number): Group {
  return {
    key: row[depth]!,
    count: Number(row[depth + 1]),
    total: Number(row[depth + 2]),
    cells: row.slice(depth + 3),
  }
}

function keysOf(found: ReadonlyMap<string, ParentGroups>): readonly Row[] {
  return [...found].flatMap(([name, { groups }]) => {
    const keys = JSON.parse(name) as Row
    return groups.map(({ key }) => [...keys, key])
  })
}
