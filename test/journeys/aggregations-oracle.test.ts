import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AGGREGATED_PROPERTIES, aggregatedDocuments } from '../support/aggregation-documents.ts'
import {
  aggregateEntries,
  combinations,
  compareLists,
  entriesOf,
} from '../support/aggregation-oracle.ts'
import { DocumentStore } from '../support/document-store.ts'

type Json = Readonly<Record<string, unknown>>

const DOCUMENTS = 150

/** The fields at one level: of documents, or of nested objects. */
interface Level {
  readonly keys: readonly string[]
  readonly numbers: readonly string[]
  readonly date: string
}

const ROOT: Level = {
  keys: ['word', 'words', 'size', 'sizes', 'weight', 'flag', 'nothing'],
  numbers: ['size', 'sizes', 'weight'],
  date: 'at',
}
const ITEM: Level = {
  keys: ['items.name', 'items.price'],
  numbers: ['items.price'],
  date: 'items.since',
}

const fieldOf = (level: Level) => fc.constantFrom(...level.keys)
const numberOf = (level: Level) => fc.constantFrom(...level.numbers)

const metric = (level: Level): fc.Arbitrary<Json> =>
  fc
    .tuple(fc.constantFrom('sum', 'value_count'), numberOf(level))
    .map(([type, field]) => ({ [type]: { field } }))

function bucket(level: Level): fc.Arbitrary<Json> {
  const isText = (field: string) => /word|name/.test(field)
  return fc.oneof(
    fc
      .record(
        {
          field: fieldOf(level),
          size: fc.integer({ min: 1, max: 12 }),
          order: fc.constantFrom({ _key: 'asc' }, { _key: 'desc' }, { _count: 'asc' }),
        },
        { requiredKeys: ['field'] },
      )
      .map((terms) => ({ terms })),
    fc
      .record(
        {
          field: fc.constantFrom(...level.keys.filter(isText)),
          include: fc.constantFrom('a.*', '[a-q]+', ['a', 'p', '好']),
          exclude: fc.constantFrom('.*b', ['q', 'ab']),
          missing: fc.constantFrom('a', 'none'),
        },
        { requiredKeys: ['field'] },
      )
      .map((terms) => ({ terms })),
    fc
      .tuple(
        fieldOf(level).filter((field) => !/weight|price/.test(field)),
        fc.integer({ min: 1, max: 30 }),
      )
      .map(([field, max_doc_count]) => ({ rare_terms: { field, max_doc_count } })),
    fc
      .tuple(fc.constantFrom(...level.keys.filter(isText)), fc.integer({ min: 1, max: 20 }))
      .map(([field, size]) => ({
        multi_terms: {
          terms: [{ field }, { field: level.keys.includes('size') ? 'size' : field }],
          size,
        },
      })),
    fc
      .tuple(numberOf(level), fc.constantFrom(0.5, 3, 7), fc.constantFrom(0, 1))
      .map(([field, interval, offset]) => ({ histogram: { field, interval, offset } })),
    fc.constant({
      date_histogram: { field: level.date, calendar_interval: 'month', min_doc_count: 1 },
    }),
    numberOf(level).map((field) => ({
      range: { field, ranges: [{ to: -1 }, { to: 2 }, { from: -3, to: 3 }, { from: 2 }] },
    })),
    fieldOf(level).map((field) => ({ missing: { field } })),
  )
}

const { root: arbitraryAggs } = fc.letrec<{ root: Json; item: Json }>((tie) => ({
  root: level(ROOT, tie('root'), { nested: { path: 'items' } }, tie('item')),
  item: level(ITEM, tie('item'), { reverse_nested: {} }, tie('root')),
}))

/** Aggregations on one level, some of them with others beneath or on the other level. */
function level(
  fields: Level,
  same: fc.Arbitrary<Json>,
  change: Json,
  other: fc.Arbitrary<Json>,
): fc.Arbitrary<Json> {
  return fc
    .array(
      fc.oneof(
        { maxDepth: 3 },
        metric(fields),
        fc
          .tuple(bucket(fields), fc.option(same, { nil: undefined, freq: 2 }))
          .map(([own, aggs]) => ({ ...own, ...(aggs !== undefined && { aggs }) })),
        other.map((aggs) => ({ ...change, aggs })),
      ),
      { minLength: 1, maxLength: 2 },
    )
    .map((list) => Object.fromEntries(list.map((one, place) => [`a${place}`, one])))
}

function depthOf(aggs: Json): number {
  const depths = Object.values(aggs).map((one) => {
    const beneath = (one as { readonly aggs?: Json }).aggs
    return beneath === undefined ? 0 : depthOf(beneath)
  })
  return 1 + Math.max(0, ...depths)
}

function rounded(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === 'number' && !Number.isInteger(inner) ? Number(inner.toPrecision(11)) : inner,
    ),
  )
}

describe('aggregations in buckets, compared with looking at every document', () => {
  const documents = aggregatedDocuments(DOCUMENTS, 19)
  let store: DocumentStore

  beforeAll(async () => {
    store = await DocumentStore.open()
    store.createIndex('a', AGGREGATED_PROPERTIES)
    await store.add('a', documents)
  })
  afterAll(() => store.close())

  const answer = async (aggs: Json) =>
    (await store.search.search({ expression: 'a' }, { size: 0, aggs })).aggregations as Json

  it('answers the same for any tree over lists, nested objects and missing values', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryAggs.filter((aggs) => depthOf(aggs) <= 6),
        async (aggs) => {
          expect(rounded(await answer(aggs))).toEqual(
            rounded(aggregateEntries(aggs, entriesOf(documents))),
          )
        },
      ),
      { numRuns: 120 },
    )
  })

  it('gives each combination once when a composite aggregation is read page by page', async () => {
    const fields = fc.uniqueArray(fc.constantFrom('words', 'sizes', 'flag', 'weight', 'word'), {
      minLength: 1,
      maxLength: 3,
    })
    await fc.assert(
      fc.asyncProperty(fields, fc.integer({ min: 3, max: 40 }), async (names, size) => {
        const sources = names.map((field) => ({ [field]: { terms: { field } } }))
        const found: (readonly unknown[])[] = []
        let after: unknown
        for (;;) {
          const composite = { sources, size, ...(after !== undefined && { after }) }
          const { a } = (await answer({ a: { composite } })) as {
            a: { readonly after_key?: Json; readonly buckets: readonly { readonly key: Json }[] }
          }
          found.push(...a.buckets.map(({ key }) => names.map((name) => key[name])))
          if (a.after_key === undefined) break
          after = a.after_key
        }
        const keys = documents.flatMap(({ source }) =>
          combinations(names.map((name) => [source[name] ?? []].flat() as (string | number)[])),
        )
        const distinct = [...new Map(keys.map((key) => [JSON.stringify(key), key])).values()]
        expect(found).toEqual(distinct.sort(compareLists))
      }),
      { numRuns: 15 },
    )
  })

  it('keeps a partition of the terms in each part and loses none', async () => {
    const parts = await Promise.all(
      [0, 1, 2].map(async (partition) => {
        const terms = { field: 'words', size: 50, include: { partition, num_partitions: 3 } }
        const { a } = (await answer({ a: { terms } })) as {
          a: { readonly buckets: readonly { readonly key: string }[] }
        }
        return a.buckets.map(({ key }) => key)
      }),
    )
    const all = documents.flatMap(({ source }) => [source.words ?? []].flat() as string[])
    expect(new Set(parts.flat())).toEqual(new Set(all))
    expect(parts.flat()).toHaveLength(new Set(all).size)
  })
})
