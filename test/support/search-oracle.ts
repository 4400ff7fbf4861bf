import { indexName, type StoredRecord } from '../../src/record/index.ts'

type Json = Readonly<Record<string, unknown>>

/** Evaluates queries and aggregations by looking at every record: slow, plain, independent. */
export function matches(query: Json, stored: StoredRecord, nowMs: number): boolean {
  const [type, body] = Object.entries(query)[0] as [string, Json]
  const [field, value] = Object.entries(body)[0] ?? ['', undefined]
  const values = valuesOf(stored, field)
  switch (type) {
    case 'match_all':
      return true
    case 'term':
      return values.some((have) => same(have, value))
    case 'terms':
      return values.some((have) => (value as unknown[]).some((one) => same(have, one)))
    case 'ids':
      return (body.values as string[]).includes(stored.id)
    case 'exists':
      return valuesOf(stored, String(body.field)).length > 0
    case 'range':
      return values.some((have) => inRange(have, value as Json, nowMs))
    case 'match':
      return hasWords(String(values[0] ?? ''), value as Json)
    case 'match_phrase':
      return hasPhrase(String(values[0] ?? ''), String(value))
    case 'wildcard':
      return values.some((have) => fits(String(have), String(value), field === 'error_message'))
    case 'bool':
      return matchesBool(body, stored, nowMs)
    default:
      throw new Error(`oracle does not know ${type}`)
  }
}

function matchesBool(body: Json, stored: StoredRecord, nowMs: number): boolean {
  const clauses = (key: string) =>
    ((body[key] as Json[] | undefined) ?? []).map((query) => matches(query, stored, nowMs))
  const required = [...clauses('must'), ...clauses('filter')]
  const should = clauses('should')
  const fallback = required.length === 0 && should.length > 0 ? 1 : 0
  // asked of no clauses at all, and beside nothing that has to match, it means nothing
  const isAsked = required.length > 0 || should.length > 0
  const asked = isAsked ? Number(body.minimum_should_match ?? fallback) : 0
  // where nothing has to match, something has to
  const least = required.length === 0 && should.length > 0 ? Math.max(1, asked) : asked
  return (
    required.every(Boolean) &&
    !clauses('must_not').some(Boolean) &&
    should.filter(Boolean).length >= least
  )
}

/** Values of a field, as the mapping sees them; dates in milliseconds. */
function valuesOf({ record, id, day, indexPrefix }: StoredRecord, field: string): unknown[] {
  if (field === '_id') return [id]
  if (field === '_index') return [indexName(indexPrefix, day)]
  if (field.startsWith('labels.')) {
    const label = record.labels?.[field.slice('labels.'.length)]
    return label === undefined ? [] : [label]
  }
  const base = field.replace(/\.keyword$/, '')
  const value = (record as Json)[base]
  if (value === undefined) return []
  const isShort = typeof value !== 'string' || value.length <= 256 || base === field
  return Array.isArray(value) ? [...new Set(value)] : isShort ? [value] : []
}

function same(have: unknown, wanted: unknown): boolean {
  return have === wanted || (typeof have !== 'string' && String(have) === String(wanted))
}

function inRange(have: unknown, bounds: Json, nowMs: number): boolean {
  return Object.entries(bounds).every(([key, bound]) => {
    const limit =
      typeof bound === 'string' && bound.startsWith('now') ? relative(bound, nowMs) : bound
    const [a, b] = [have as number, limit as number]
    return key === 'gte' ? a >= b : key === 'gt' ? a > b : key === 'lte' ? a <= b : a < b
  })
}

/** `now-36h` */
function relative(text: string, nowMs: number): number {
  return nowMs - Number(/^now-(\d+)h$/.exec(text)![1]) * 3_600_000
}

const CHINESE = /\p{Script=Han}/u

function words(text: string): readonly string[] {
  return text.toLowerCase().match(/\p{Script=Han}+|[^\P{L}\p{Script=Han}]+|\p{N}+/gu) ?? []
}

function plain(word: string): string {
  return word.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll('đ', 'd')
}

function stands(word: string, wanted: string): boolean {
  if (CHINESE.test(wanted)) return word.includes(wanted)
  return (
    word === wanted || (plain(wanted) === wanted ? plain(word) === wanted : word === plain(wanted))
  )
}

/** A run of Chinese is found when all its pairs are somewhere in the text. */
function holds(text: readonly string[], wanted: string): boolean {
  const characters = [...wanted]
  if (!CHINESE.test(wanted) || characters.length === 1) {
    return text.some((word) => stands(word, wanted))
  }
  return characters
    .slice(1)
    .every((second, at) => text.some((word) => word.includes(characters[at]! + second)))
}

function hasWords(text: string, options: Json): boolean {
  const have = words(text)
  const found = words(String(options.query)).filter((wanted) => holds(have, wanted)).length
  const wanted = words(String(options.query)).length
  if (wanted === 0) return false
  return options.operator === 'and' ? found === wanted : found >= 1
}

function hasPhrase(text: string, phrase: string): boolean {
  const have = words(text)
  const wanted = words(phrase)
  if (wanted.length === 0) return false
  return have.some((_, start) =>
    wanted.every((word, place) => {
      const at = have[start + place]
      return at !== undefined && stands(at, word)
    }),
  )
}

function fits(text: string, pattern: string, ignoreCase: boolean): boolean {
  const expression = [...pattern]
    .map((letter) =>
      letter === '*' ? '.*' : letter === '?' ? '.' : letter.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&'),
    )
    .join('')
  return new RegExp(`^${expression}$`, ignoreCase ? 'isu' : 'su').test(text)
}

/** Answers aggregations over the records given. */
export function aggregate(aggs: Json, records: readonly StoredRecord[], nowMs: number): Json {
  return Object.fromEntries(
    Object.entries(aggs).map(([name, definition]) => [
      name,
      aggregateOne(definition as Json, records, nowMs),
    ]),
  )
}

function aggregateOne(definition: Json, records: readonly StoredRecord[], nowMs: number): Json {
  const beneath = (definition.aggs as Json | undefined) ?? {}
  const [type] = Object.keys(definition).filter((key) => key !== 'aggs')
  const body = definition[type!] as Json
  const inside = (some: readonly StoredRecord[]) => ({
    doc_count: some.length,
    ...aggregate(beneath, some, nowMs),
  })
  if (type === 'filter') return inside(records.filter((one) => matches(body, one, nowMs)))
  if (type === 'terms') return terms(body, records, inside)
  if (type === 'date_histogram') return histogram(body, records, inside)
  return metric(type!, body, records)
}

type Inside = (records: readonly StoredRecord[]) => Json

function grouped(
  field: string,
  records: readonly StoredRecord[],
  keyOf: (value: unknown) => unknown,
) {
  const groups = new Map<unknown, StoredRecord[]>()
  for (const record of records) {
    for (const value of valuesOf(record, field)) {
      const key = keyOf(value)
      groups.set(key, [...(groups.get(key) ?? []), record])
    }
  }
  return groups
}

function terms(body: Json, records: readonly StoredRecord[], inside: Inside): Json {
  const groups = [...grouped(String(body.field), records, (value) => value)]
  const byKey = (a: unknown, b: unknown) => ((a as string) < (b as string) ? -1 : 1)
  const sorted = groups.sort(([a, left], [b, right]) =>
    body.order === undefined ? right.length - left.length || byKey(a, b) : byKey(a, b),
  )
  const size = Number(body.size ?? 10)
  return {
    doc_count_error_upper_bound: 0,
    sum_other_doc_count: sorted.slice(size).reduce((sum, [, { length }]) => sum + length, 0),
    buckets: sorted.slice(0, size).map(([key, some]) => ({
      ...(typeof key === 'boolean' ? { key: Number(key), key_as_string: String(key) } : { key }),
      ...inside(some),
    })),
  }
}

const WIDTHS: Readonly<Record<string, number>> = { hour: 3_600_000, day: 86_400_000 }

/** Buckets of hours and days, in UTC or in a zone that is always so many hours ahead. */
function histogram(body: Json, records: readonly StoredRecord[], inside: Inside): Json {
  const width =
    WIDTHS[String(body.calendar_interval)] ??
    Number.parseInt(String(body.fixed_interval), 10) * 60_000
  const ahead = Number(/^\+(\d\d):00$/.exec(String(body.time_zone ?? '+00:00'))![1]) * 3_600_000
  const start = (value: unknown) => Math.floor((Number(value) + ahead) / width) * width - ahead
  const groups = grouped(String(body.field), records, start)
  const keys = [...groups.keys()].map(Number).sort((a, b) => a - b)
  const least = Number(body.min_doc_count ?? 0)
  const buckets: Json[] = []
  for (let key = keys[0] ?? 0; key <= (keys.at(-1) ?? -1); key += width) {
    const some = groups.get(key) ?? []
    if (some.length < least) continue
    const local = new Date(key + ahead).toISOString()
    const zone = ahead === 0 ? 'Z' : String(body.time_zone)
    buckets.push({ key_as_string: local.replace('Z', zone), key, ...inside(some) })
  }
  return { buckets }
}

function metric(type: string, body: Json, records: readonly StoredRecord[]): Json {
  const all = records.flatMap((record) => valuesOf(record, String(body.field)))
  const numbers = all.map(Number).sort((a, b) => a - b)
  const isDate = body.field === '@timestamp'
  const dated = (value: number | undefined) =>
    value === undefined
      ? { value: null }
      : { value, ...(isDate && { value_as_string: new Date(value).toISOString() }) }
  const sum = numbers.reduce((total, value) => total + value, 0)
  switch (type) {
    case 'value_count':
      return { value: all.length }
    case 'cardinality':
      return { value: new Set(all).size }
    case 'sum':
      return { value: sum }
    case 'avg':
      return { value: numbers.length === 0 ? null : sum / numbers.length }
    case 'min':
      return dated(numbers[0])
    case 'max':
      return dated(numbers.at(-1))
    case 'percentiles':
      return { values: quantiles(body.percents as number[], numbers) }
    default:
      throw new Error(`oracle does not know ${type}`)
  }
}

function quantiles(percents: readonly number[], sorted: readonly number[]): Json {
  return Object.fromEntries(
    percents.map((percent) => {
      const place = (percent / 100) * (sorted.length - 1)
      const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]]
      const value =
        low === undefined || high === undefined ? null : low + (high - low) * (place % 1)
      return [Number.isInteger(percent) ? percent.toFixed(1) : String(percent), value]
    }),
  )
}
