import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { AGGREGATED_PROPERTIES, aggregatedDocuments } from '../support/aggregation-documents.ts'
import { DocumentStore } from '../support/document-store.ts'

type Json = Readonly<Record<string, unknown>>

const documents = aggregatedDocuments(200, 31)
let store: DocumentStore

beforeAll(async () => {
  store = await DocumentStore.open()
  store.createIndex('a', AGGREGATED_PROPERTIES)
  await store.add('a', documents)
})
afterAll(() => store.close())

/** A query inside of objects, with what it says of one. */
interface Wanted {
  readonly query: Json
  holds(object: Json): boolean
}

const list = (value: unknown): readonly unknown[] => (value === undefined ? [] : [value].flat())
const words = (value: unknown) =>
  String(value ?? '')
    .toLowerCase()
    .split(/[^a-z]+/)
const WORDS = ['quick', 'brown', 'red', 'fox', 'bear', 'jumps', 'slow']
const word = fc.constantFrom(...WORDS)

function hasPhrase(text: unknown, phrase: readonly string[]): boolean {
  const all = words(text)
  return all.some((_, start) => phrase.every((one, place) => all[start + place] === one))
}

const leaf: fc.Arbitrary<Wanted> = fc.oneof(
  fc.constant({ query: { match_all: {} }, holds: () => true }),
  fc.constantFrom('p', 'q', 'zz').map((name) => ({
    query: { term: { 'items.name': name } },
    holds: (object: Json) => list(object.name).includes(name),
  })),
  fc.subarray(['p', 'r', 's']).map((names) => ({
    query: { terms: { 'items.name': names } },
    holds: (object: Json) => names.some((name) => list(object.name).includes(name)),
  })),
  fc.integer({ min: -2, max: 20 }).map((least) => ({
    query: { range: { 'items.price': { gte: least, lt: least + 5 } } },
    holds: (object: Json) =>
      list(object.price).some((price) => Number(price) >= least && Number(price) < least + 5),
  })),
  fc.constantFrom('1970-01-01', '2026-03-29').map((day) => ({
    query: { range: { 'items.since': { lt: day } } },
    holds: (object: Json) => list(object.since).some((since) => String(since) < day),
  })),
  fc.constantFrom('name', 'price', 'since', 'note').map((field) => ({
    query: { exists: { field: `items.${field}` } },
    holds: (object: Json) => object[field] !== undefined,
  })),
  fc.tuple(word, word, fc.constantFrom('and', 'or')).map(([a, b, operator]) => ({
    query: { match: { 'items.note': { query: `${a.toUpperCase()} ${b}`, operator } } },
    holds: (object: Json) => {
      const all = words(object.note)
      return operator === 'and'
        ? all.includes(a) && all.includes(b)
        : all.includes(a) || all.includes(b)
    },
  })),
  fc.tuple(word, word).map((phrase) => ({
    query: { match_phrase: { 'items.note': phrase.join(' ') } },
    holds: (object: Json) => hasPhrase(object.note, phrase),
  })),
  fc.constantFrom('j', 'br', 'qui').map((start) => ({
    query: { prefix: { 'items.note': start } },
    holds: (object: Json) => words(object.note).some((one) => one.startsWith(start)),
  })),
  fc.constant({
    query: { wildcard: { 'items.note': 'b*r?' } },
    holds: (object: Json) => words(object.note).some((one) => /^b.*r.$/.test(one)),
  }),
  fc.constantFrom('x', 'y').map((code) => ({
    query: { nested: { path: 'items.parts', query: { term: { 'items.parts.code': code } } } },
    holds: (object: Json) => list(object.parts).some((part) => (part as Json).code === code),
  })),
)

const { wanted } = fc.letrec<{ wanted: Wanted }>((tie) => ({
  wanted: fc.oneof(
    { maxDepth: 2 },
    leaf,
    fc
      .tuple(
        fc.constantFrom('must', 'should', 'must_not'),
        fc.array(tie('wanted'), { minLength: 1, maxLength: 3 }),
      )
      .map(([kind, parts]) => ({
        query: { bool: { [kind]: parts.map(({ query }) => query) } },
        holds: (object: Json) => {
          const all = parts.map((part) => part.holds(object))
          if (kind === 'must') return all.every(Boolean)
          return kind === 'should' ? all.some(Boolean) : !all.some(Boolean)
        },
      })),
  ),
}))

it('finds the documents one of whose objects satisfies the whole query', async () => {
  await fc.assert(
    fc.asyncProperty(wanted, fc.boolean(), async ({ query: inner, holds }, isNot) => {
      const nested = { nested: { path: 'items', query: inner } }
      const query = isNot ? { bool: { must_not: nested } } : nested
      const body = { query, size: documents.length, _source: false }
      const { hits } = await store.search.search({ expression: 'a' }, body)
      const found = documents.filter(
        ({ source }) => list(source.items).some((object) => holds(object as Json)) !== isNot,
      )
      expect(hits.hits.map(({ _id }) => _id).toSorted()).toEqual(
        found.map(({ id }) => id!).toSorted(),
      )
    }),
    { numRuns: 150 },
  )
})

it('refuses what it cannot answer for nested objects, by name', async () => {
  const note = 'items.note'
  for (const [query, reason] of [
    [{ nested: { path: 'items', query: { match_all: {} }, inner_hits: {} } }, '[inner_hits]'],
    [{ nested: { path: 'word', query: { match_all: {} } } }, '[word]'],
    [{ nested: { path: 'items' } }, "'query'"],
    [{ nested: { path: 'items', query: { fuzzy: { [note]: 'fxo' } } } }, 'fuzzy'],
    [
      { nested: { path: 'items', query: { match_phrase: { [note]: { query: 'a b', slop: 2 } } } } },
      'slop',
    ],
  ] as const) {
    await expect(store.search.search({ expression: 'a' }, { query })).rejects.toMatchObject({
      details: { status: 400, reason: expect.stringContaining(reason) as string },
    })
  }
})
