type Json = Readonly<Record<string, unknown>>

/** A record or a nested object, with the record it is in. */
export interface Entry {
  readonly fields: Json
  /** In front of the names of its fields. */
  readonly path: string
  readonly record: Entry | undefined
}

/** Answers aggregations by looking at every document: slow, plain, independent. */
export function aggregateEntries(aggs: Json, entries: readonly Entry[]): Json {
  return Object.fromEntries(
    Object.entries(aggs).map(([name, definition]) => [name, one(definition as Json, entries)]),
  )
}

export function entriesOf(documents: readonly { readonly source: Json }[]): readonly Entry[] {
  return documents.map(({ source }) => ({ fields: source, path: '', record: undefined }))
}

type Value = string | number | boolean

const DATES = new Set(['at', 'items.since'])

/** Distinct values of a field; dates in milliseconds. */
function valuesOf({ fields, path }: Entry, name: string): readonly Value[] {
  if (!name.startsWith(path)) return []
  const value = fields[name.slice(path.length)]
  if (value === undefined) return []
  const list = (Array.isArray(value) ? value : [value]) as readonly Value[]
  const read = DATES.has(name) ? list.map((text) => Date.parse(String(text))) : list
  return [...new Set(read)]
}

/** Every value, also those that are there twice. */
function allValues(entry: Entry, name: string): readonly number[] {
  const value = entry.fields[name.slice(entry.path.length)]
  if (value === undefined || !name.startsWith(entry.path)) return []
  return (Array.isArray(value) ? value : [value]).map(Number)
}

function one(definition: Json, entries: readonly Entry[]): Json {
  const beneath = (definition.aggs as Json | undefined) ?? {}
  const [type] = Object.keys(definition).filter((key) => key !== 'aggs')
  const body = definition[type!] as Json
  const field = String(body.field)
  const inside = (some: readonly Entry[]): Json => ({
    doc_count: some.length,
    ...aggregateEntries(beneath, some),
  })
  switch (type) {
    case 'sum':
      return { value: entries.flatMap((entry) => allValues(entry, field)).reduce(add, 0) }
    case 'value_count':
      return { value: entries.flatMap((entry) => allValues(entry, field)).length }
    case 'missing':
      return inside(entries.filter((entry) => valuesOf(entry, field).length === 0))
    case 'nested':
      return inside(entries.flatMap((entry) => objectsIn(entry, String(body.path))))
    case 'reverse_nested':
      return inside([...new Set(entries.map(({ record }) => record!))])
    case 'terms':
      return terms(body, entries, inside)
    case 'rare_terms':
      return rareTerms(body, entries, inside)
    case 'multi_terms':
      return multiTerms(body, entries, inside)
    case 'histogram':
      return histogram(body, entries, inside)
    case 'date_histogram':
      return months(entries, field, inside)
    case 'range':
      return range(body, entries, inside)
    default:
      throw new Error(`oracle does not know ${type}`)
  }
}

type Inside = (entries: readonly Entry[]) => Json

function add(a: number, b: number): number {
  return a + b
}

function objectsIn(entry: Entry, path: string): readonly Entry[] {
  const objects = entry.fields[path.slice(entry.path.length)]
  if (!Array.isArray(objects)) return []
  return objects.map((fields: Json) => ({ fields, path: `${path}.`, record: entry }))
}

function grouped<T>(
  entries: readonly Entry[],
  keysOf: (entry: Entry) => readonly T[],
): readonly (readonly [T, readonly Entry[]])[] {
  const groups = new Map<string, [T, Entry[]]>()
  for (const entry of entries) {
    for (const key of new Map(keysOf(entry).map((own) => [JSON.stringify(own), own])).values()) {
      const name = JSON.stringify(key)
      const group = groups.get(name) ?? [key, []]
      group[1].push(entry)
      groups.set(name, group)
    }
  }
  return [...groups.values()]
}

/** As UTF-8 bytes are ordered. */
function compareKeys(a: unknown, b: unknown): number {
  if (typeof a !== 'string') return Number(a) - Number(b)
  return Buffer.compare(Buffer.from(a), Buffer.from(String(b)))
}

function head(key: unknown): Json {
  return typeof key === 'boolean' ? { key: Number(key), key_as_string: String(key) } : { key }
}

function terms(body: Json, entries: readonly Entry[], inside: Inside): Json {
  const field = String(body.field)
  const { missing, include, exclude } = body
  const wanted = (value: Value) => fits(value, include, true) && !fits(value, exclude, false)
  const groups = grouped(entries, (entry) => {
    const values = valuesOf(entry, field)
    return (values.length === 0 && missing !== undefined ? [missing as Value] : values).filter(
      wanted,
    )
  })
  const [[by, direction] = ['_count', 'desc']] = Object.entries(
    (body.order as Json | undefined) ?? {},
  )
  const sign = direction === 'desc' ? -1 : 1
  const sorted = groups.toSorted(
    ([a, left], [b, right]) =>
      sign * (by === '_key' ? compareKeys(a, b) : left.length - right.length) || compareKeys(a, b),
  )
  const size = Number(body.size ?? 10)
  const rest = sorted.slice(size).map(([, some]) => some.length)
  return {
    doc_count_error_upper_bound: 0,
    sum_other_doc_count: rest.reduce(add, 0),
    buckets: sorted.slice(0, size).map(([key, some]) => ({ ...head(key), ...inside(some) })),
  }
}

function fits(value: Value, given: unknown, otherwise: boolean): boolean {
  if (given === undefined) return otherwise
  if (Array.isArray(given)) return given.includes(value)
  return new RegExp(`^(?:${String(given)})$`, 'u').test(String(value))
}

function rareTerms(body: Json, entries: readonly Entry[], inside: Inside): Json {
  const groups = grouped(entries, (entry) => valuesOf(entry, String(body.field)))
  const rare = groups
    .filter(([, some]) => some.length <= Number(body.max_doc_count))
    .sort(([a, left], [b, right]) => left.length - right.length || compareKeys(a, b))
  return { buckets: rare.map(([key, some]) => ({ ...head(key), ...inside(some) })) }
}

/** The answer has the keys of dates and booleans as text: none are used here. */
function multiTerms(body: Json, entries: readonly Entry[], inside: Inside): Json {
  const fields = (body.terms as readonly { readonly field: string }[]).map(({ field }) => field)
  const groups = grouped(entries, (entry) =>
    combinations(fields.map((name) => valuesOf(entry, name))),
  )
  const sorted = groups.toSorted(
    ([a, left], [b, right]) => right.length - left.length || compareLists(a, b),
  )
  const size = Number(body.size)
  return {
    doc_count_error_upper_bound: 0,
    sum_other_doc_count: sorted
      .slice(size)
      .map(([, some]) => some.length)
      .reduce(add, 0),
    buckets: sorted
      .slice(0, size)
      .map(([key, some]) => ({ key, key_as_string: key.join('|'), ...inside(some) })),
  }
}

export function combinations(lists: readonly (readonly Value[])[]): readonly (readonly Value[])[] {
  return lists.reduce<readonly (readonly Value[])[]>(
    (found, list) => found.flatMap((before) => list.map((value) => [...before, value])),
    [[]],
  )
}

export function compareLists(a: readonly unknown[], b: readonly unknown[]): number {
  for (const [place, value] of a.entries()) {
    const order = compareKeys(value, b[place])
    if (order !== 0) return order
  }
  return 0
}

function histogram(body: Json, entries: readonly Entry[], inside: Inside): Json {
  const [width, offset] = [Number(body.interval), Number(body.offset ?? 0)]
  const groups = grouped(entries, (entry) =>
    valuesOf(entry, String(body.field)).map((value) =>
      Math.floor((Number(value) - offset) / width),
    ),
  )
  const byPlace = new Map(groups)
  const places = [...byPlace.keys()].sort((a, b) => a - b)
  const buckets: Json[] = []
  for (let place = places[0] ?? 0; place <= (places.at(-1) ?? -1); place++) {
    buckets.push({ key: place * width + offset, ...inside(byPlace.get(place) ?? []) })
  }
  return { buckets }
}

/** Calendar months in UTC that have any entry. */
function months(entries: readonly Entry[], field: string, inside: Inside): Json {
  const groups = grouped(entries, (entry) =>
    valuesOf(entry, field).map((ms) => {
      const date = new Date(Number(ms))
      return Date.UTC(date.getUTCFullYear(), date.getUTCMonth())
    }),
  )
  return {
    buckets: groups
      .toSorted(([a], [b]) => a - b)
      .map(([key, some]) => ({
        key_as_string: new Date(key).toISOString(),
        key,
        ...inside(some),
      })),
  }
}

function range(body: Json, entries: readonly Entry[], inside: Inside): Json {
  const ranges = body.ranges as readonly { readonly from?: number; readonly to?: number }[]
  const text = (value: number | undefined) => (value === undefined ? '*' : value.toFixed(1))
  return {
    buckets: ranges.map(({ from, to }) => ({
      key: `${text(from)}-${text(to)}`,
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
      ...inside(
        entries.filter((entry) =>
          valuesOf(entry, String(body.field)).some(
            (value) => Number(value) >= (from ?? -Infinity) && Number(value) < (to ?? Infinity),
          ),
        ),
      ),
    })),
  }
}
