import {
  name as alias,
  booleanValue,
  type Cell,
  doubleValue,
  integer,
  joinSql,
  longValue,
  type Row,
  type Sql,
  type SqlValue,
  sql,
  textValue,
} from '../store/index.ts'
import { type Layout, orderPlace } from './aggregation-layout.ts'
import type { BucketAggregation, BucketOrder, GroupKey } from './aggregations/aggregation.ts'
import { aggregationFailure } from './search-failure.ts'

/** A bucket aggregation around the one that is computed, or that itself. */
export interface Level {
  readonly key: GroupKey
  /** Filters between it and the one around it. */
  readonly conditions: readonly Sql[]
  readonly derive: BucketAggregation['derive']
  /** What its survey chose, by the keys around it. */
  readonly choices: { readonly names: readonly Sql[]; readonly rows: readonly Row[] } | undefined
  /** Keys of the buckets that were answered, from the outermost to its own, unless all were. */
  readonly chosen: readonly Row[] | undefined
}

/** Lists of keys up to here are compared one by one, which finds their rows the fastest. */
const SHORT_LIST = 64

/** The columns that the keys of levels are given as. */
function keyNames(levels: readonly Level[]): readonly Sql[] {
  return levels.map((_, place) => alias(`k${place}`))
}

/** Groups of one level: keys from the outermost to its own, count, total, values. */
export function groupSql(
  { key, top }: BucketAggregation,
  levels: readonly Level[],
  layout: Layout,
  expressions: readonly Sql[],
  limit: number,
): Sql {
  const names = keyNames(levels)
  const own = names.at(-1)!
  const around = names.slice(0, -1)
  const source = keyedSql(levels)
  const present = allPresent(names)
  const grouped = groupedSql(source, names, expressions)
  const slots = expressions.map((_, place) => alias(`m${place}`))
  const answered = levels.map((level, place) => answeredKey(level.key, names[place]!))
  if (top === undefined) {
    return sql`SELECT ${joinSql([...answered, sql`n`, sql`n`, ...slots], ', ')} FROM (${grouped})
      WHERE ${present} LIMIT ${integer(limit)}`
  }
  const known =
    top.vocabulary === undefined
      ? grouped
      : withVocabulary(source, { names, grouped, expressions, vocabulary: top.vocabulary })
  const most = top.maxDocCount === undefined ? [] : [sql`n <= ${longValue(top.maxDocCount)}`]
  const kept = joinSql([sql`n >= ${longValue(top.minDocCount)}`, ...most], ' AND ')
  // groups with too few records count among the others
  const counted = sql`SELECT *, ${totalSql(around)} FROM (${known}) WHERE ${present}`
  const order = joinSql(
    top.order.map((by) => orderSql(by, key, own, layout)),
    ', ',
  )
  const columns = joinSql([...answered, sql`n`, sql`total`, ...slots], ', ')
  if (around.length === 0) {
    return sql`SELECT ${columns} FROM (${counted}) WHERE ${kept}
      ORDER BY ${order} LIMIT ${integer(top.size)}`
  }
  const parents = joinSql(around, ', ')
  return sql`SELECT ${columns} FROM (${counted}) WHERE ${kept}
    QUALIFY row_number() OVER (PARTITION BY ${parents} ORDER BY ${order}) <= ${integer(top.size)}
    ORDER BY ${parents}, ${order} LIMIT ${integer(limit)}`
}

/** One row for each bucket around: its keys, then values over its records. */
export function surveySql(
  levels: readonly Level[],
  { derive, conditions }: Pick<Level, 'derive' | 'conditions'>,
  select: readonly Sql[],
): Sql {
  const names = keyNames(levels)
  const source = derivedSql(keyedSql(levels), { derive, conditions }, names)
  const answered = levels.map((level, place) => answeredKey(level.key, names[place]!))
  const columns = joinSql([...answered, ...select], ', ')
  return names.length === 0
    ? sql`SELECT ${columns} FROM ${source}`
    : sql`SELECT ${columns} FROM ${source} GROUP BY ${joinSql(names, ', ')}
        HAVING ${allPresent(names)}`
}

/** Records without key are in no bucket; to leave them out before would compute keys twice. */
function allPresent(names: readonly Sql[]): Sql {
  return joinSql(
    names.map((name) => sql`${name} IS NOT NULL`),
    ' AND ',
  )
}

function groupedSql(source: Sql, names: readonly Sql[], expressions: readonly Sql[]): Sql {
  const values = expressions.map((expression, place) => sql`${expression} AS ${alias(`m${place}`)}`)
  return sql`SELECT ${joinSql([...names, sql`count(*) AS n`, ...values], ', ')}
    FROM ${source} GROUP BY ${joinSql(names, ', ')}`
}

interface KnownGroups {
  readonly names: readonly Sql[]
  readonly grouped: Sql
  readonly expressions: readonly Sql[]
  readonly vocabulary: readonly Cell[]
}

/** The groups with those of keys that no record of the buckets around has. */
function withVocabulary(
  source: Sql,
  { names, grouped, expressions, vocabulary }: KnownGroups,
): Sql {
  const own = names.at(-1)!
  const around = names.slice(0, -1)
  const slots = expressions.map((_, place) => alias(`m${place}`))
  const none = expressions.map((expression, place) => sql`${expression} AS ${slots[place]!}`)
  const values = slots.map(
    (slot) => sql`CASE WHEN found.n IS NULL THEN none.${slot} ELSE found.${slot} END AS ${slot}`,
  )
  const parents =
    around.length === 0
      ? sql`(SELECT 1)`
      : sql`(SELECT DISTINCT ${joinSql(around, ', ')} FROM groups)`
  const keys = relationSql(
    vocabulary.map((key) => [key]),
    [own],
  )
  const columns = joinSql(
    [
      ...around.map((name) => sql`parents.${name}`),
      sql`vocabulary.${own}`,
      sql`coalesce(found.n, 0) AS n`,
      ...values,
    ],
    ', ',
  )
  const empty = joinSql([sql`count(*)`, ...none], ', ')
  return sql`WITH groups AS (${grouped}) SELECT ${columns}
    FROM ${parents} AS parents CROSS JOIN (${keys}) AS vocabulary
    LEFT JOIN groups AS found
      ON ${joinSql(
        [
          ...around.map((name) => sql`found.${name} = parents.${name}`),
          sql`found.${own} = vocabulary.${own}`,
        ],
        ' AND ',
      )}
    CROSS JOIN (SELECT ${empty} FROM ${source} WHERE false) AS none`
}

/** Records in all groups of the same parent; counted before any of them is left out. */
function totalSql(around: readonly Sql[]): Sql {
  return around.length === 0
    ? sql`sum(n) OVER () AS total`
    : sql`sum(n) OVER (PARTITION BY ${joinSql(around, ', ')}) AS total`
}

/** The records with their keys as columns, without those whose outer buckets were left out. */
function keyedSql(levels: readonly Level[]): Sql {
  const names = keyNames(levels)
  let source = sql`records`
  for (const [place, level] of levels.entries()) {
    const { key, choices, chosen } = level
    const around = names.slice(0, place)
    source = derivedSql(source, level, around)
    if (choices !== undefined) source = withChoices(source, levels.slice(0, place), choices)
    const value = key.isList ? sql`unnest(list_distinct(${key.expression}))` : key.expression
    source = sql`(SELECT *, ${value} AS ${names[place]!} FROM ${source})`
    if (chosen !== undefined) source = restricted(source, levels.slice(0, place + 1), chosen)
  }
  return source
}

function derivedSql(
  records: Sql,
  { conditions, derive }: Pick<Level, 'derive' | 'conditions'>,
  around: readonly Sql[],
): Sql {
  const kept =
    conditions.length === 0
      ? records
      : sql`(SELECT * FROM ${records} WHERE ${joinSql(conditions, ' AND ')})`
  return derive === undefined ? kept : sql`(${derive(kept, around)})`
}

function withChoices(
  source: Sql,
  around: readonly Level[],
  { names, rows }: NonNullable<Level['choices']>,
): Sql {
  if (around.length === 0) {
    const values = names.map(
      (name, place) => sql`${longValue(Number(rows[0]?.[place] ?? 0))} AS ${name}`,
    )
    return sql`(SELECT *, ${joinSql(values, ', ')} FROM ${source})`
  }
  const columns = around.map((_, place) => alias(`c${place}`))
  const chosen = relationSql(rows, [...columns, ...names])
  const added = names.map((name) => sql`choices.${name}::BIGINT AS ${name}`)
  return sql`(SELECT source.*, ${joinSql(added, ', ')} FROM ${source} AS source
    JOIN (${chosen}) AS choices ON ${matching(around, columns)})`
}

/** Only the records whose keys are among the `chosen`. */
function restricted(source: Sql, levels: readonly Level[], chosen: readonly Row[]): Sql {
  const names = keyNames(levels)
  const short = levels.flatMap(({ key }, place) => {
    const values = [...new Set(chosen.map((row) => row[place]!))]
    if (values.length > SHORT_LIST) return []
    const list = values.map((value) => sql`${bound(value)}`)
    return list.length === 0
      ? [sql`false`]
      : [sql`${compared(key, names[place]!)} IN (${joinSql(list, ', ')})`]
  })
  const narrowed =
    short.length === 0 ? source : sql`(SELECT * FROM ${source} WHERE ${joinSql(short, ' AND ')})`
  if (levels.length === 1 && short.length === 1) return narrowed
  const columns = names.map((_, place) => alias(`c${place}`))
  return sql`(SELECT source.* FROM ${narrowed} AS source
    SEMI JOIN (${relationSql(chosen, columns)}) AS chosen ON ${matching(levels, columns)})`
}

function matching(levels: readonly Level[], columns: readonly Sql[]): Sql {
  const names = keyNames(levels)
  return joinSql(
    levels.map(({ key }, place) => sql`${compared(key, names[place]!)} = ${columns[place]!}`),
    ' AND ',
  )
}

/** A key as it is answered. */
function compared({ isComposed }: GroupKey, key: Sql): Sql {
  return isComposed ? sql`to_json(${key})::VARCHAR` : key
}

function answeredKey(key: GroupKey, own: Sql): Sql {
  return key.isComposed ? sql`to_json(${own})::VARCHAR` : own
}

function bound(key: Cell): SqlValue {
  if (typeof key === 'boolean') return booleanValue(key)
  return typeof key === 'number' ? doubleValue(key) : textValue(String(key))
}

const JSON_TYPES: Readonly<Record<string, Sql>> = {
  number: sql`'["DOUBLE"]'`,
  boolean: sql`'["BOOLEAN"]'`,
  string: sql`'["VARCHAR"]'`,
}

/** Keys as a relation, for `IN`. */
export function keysSql(keys: readonly Cell[]): Sql {
  return sql`(${relationSql(
    keys.map((key) => [key]),
    [alias('key')],
  )})`
}

/** Rows as a relation: one bound text per column, however many they are. */
function relationSql(rows: readonly Row[], names: readonly Sql[]): Sql {
  const columns = names.map((name, place) => {
    const values = rows.map((row) => row[place] ?? null)
    const type = JSON_TYPES[typeof values[0]] ?? sql`'["VARCHAR"]'`
    return sql`unnest(from_json(${textValue(JSON.stringify(values))}, ${type})) AS ${name}`
  })
  return sql`SELECT ${joinSql(columns, ', ')}`
}

function orderSql({ by, descending }: BucketOrder, key: GroupKey, own: Sql, layout: Layout): Sql {
  const direction = descending ? sql`DESC` : sql`ASC`
  if (by === 'count') return sql`n ${direction}`
  if (by === 'key') return key.order?.(own, descending) ?? sql`${own} ${direction}`
  const place = orderPlace(layout, by.path, by.property)
  if (place === undefined) throw noOrderPlace(by)
  const slot = alias(`m${place.slot}`)
  const value = place.element === undefined ? slot : sql`${slot}[${integer(place.element)}]`
  if (place.none === 'zero') return sql`coalesce(${value}, 0) ${direction}`
  const isFirst = place.none === (descending ? 'most' : 'least')
  return sql`${value} ${direction} ${isFirst ? sql`NULLS FIRST` : sql`NULLS LAST`}`
}

function noOrderPlace({ path, property }: Exclude<BucketOrder['by'], string>) {
  return aggregationFailure(
    'execution',
    `Invalid aggregation order path [${[path.join('>'), property].filter(Boolean).join('.')}]. The provided aggregation is not a metric or filter beneath the terms`,
  )
}
