import fc from 'fast-check'
import type { TestDocument } from './document-store.ts'

/** Mapping of the documents that aggregations are tried on. */
export const AGGREGATED_PROPERTIES = {
  at: { type: 'date' },
  day: { type: 'date', format: 'yyyy-MM-dd' },
  word: { type: 'keyword' },
  words: { type: 'keyword' },
  size: { type: 'long' },
  sizes: { type: 'integer' },
  weight: { type: 'double' },
  flag: { type: 'boolean' },
  ip: { type: 'ip' },
  title: { type: 'text' },
  items: {
    type: 'nested',
    properties: {
      name: { type: 'keyword' },
      price: { type: 'double' },
      since: { type: 'date' },
      note: { type: 'text' },
      parts: { type: 'nested', properties: { code: { type: 'keyword' }, count: { type: 'long' } } },
    },
  },
} as const

const WORDS = ['a', 'b', 'B', 'Việt', '好', 'a|b', "it's", '\u{1f600}', 'a"b', 'ab', 'abc']
const NOTES = ['quick brown fox', 'Quick red fox', 'brown bear', 'slow red bear jumps']
const IPS = ['10.0.0.1', '10.0.0.255', '10.1.0.0', '192.168.1.7', '::1', '2001:db8::1']

const MINUTE_MS = 60_000
const YEAR_MS = 365 * 86_400_000

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 4 })
const oneOrMore = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof(value, fc.array(value, { minLength: 1, maxLength: 4 }))

/** Times around 1970, around a change of clocks in Berlin, and in between. */
const time = fc
  .oneof(
    fc.integer({ min: -2 * 365 * 1440, max: 2 * 365 * 1440 }).map((minutes) => minutes * MINUTE_MS),
    fc
      .integer({ min: -4000, max: 4000 })
      .map((minutes) => Date.UTC(2026, 2, 29) + minutes * MINUTE_MS),
    fc.integer({ min: 0, max: 56 * 365 }).map((days) => days * 86_400_000 - YEAR_MS),
  )
  .map((ms) => new Date(ms).toISOString())

const part = fc.record(
  { code: fc.constantFrom('x', 'y', 'z'), count: fc.integer({ min: -3, max: 9 }) },
  { requiredKeys: [] },
)

const item = fc.record(
  {
    name: oneOrMore(fc.constantFrom('p', 'q', 'r', 's')),
    price: fc.integer({ min: -8, max: 80 }).map((value) => value / 4),
    since: time,
    note: fc.constantFrom(...NOTES),
    parts: fc.array(part, { minLength: 1, maxLength: 2 }),
  },
  { requiredKeys: [] },
)

const source = fc
  .record({
    at: maybe(time),
    day: maybe(time.map((text) => text.slice(0, 10))),
    word: maybe(fc.constantFrom(...WORDS)),
    words: maybe(oneOrMore(fc.constantFrom(...WORDS))),
    size: maybe(fc.integer({ min: -20, max: 20 })),
    sizes: maybe(oneOrMore(fc.integer({ min: -9, max: 9 }))),
    weight: maybe(fc.integer({ min: -40, max: 40 }).map((value) => value / 8)),
    flag: maybe(fc.boolean()),
    ip: maybe(fc.constantFrom(...IPS)),
    title: maybe(fc.constantFrom(...NOTES)),
    items: maybe(fc.array(item, { minLength: 1, maxLength: 3 })),
  })
  .map((fields) =>
    Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
  )

/** Documents with missing values, lists, negative numbers, dates before 1970 and any letters. */
export function aggregatedDocuments(count: number, seed: number): readonly TestDocument[] {
  return fc
    .sample(source, { seed, numRuns: count })
    .map((fields, number) => ({ id: `d${number}`, source: fields }))
}
