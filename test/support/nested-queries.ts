type Json = Readonly<Record<string, unknown>>

/** Queries within nested objects. */
export const NESTED_QUERIES: readonly Json[] = [
  { nested: { path: 'items', query: { match_all: {} } } },
  { nested: { path: 'items', query: { term: { 'items.name': 'p' } } } },
  { nested: { path: 'items', query: { terms: { 'items.name': ['p', 'q'] } }, score_mode: 'max' } },
  {
    nested: {
      path: 'items',
      query: {
        bool: {
          must: [{ term: { 'items.name': 'p' } }, { range: { 'items.price': { gte: 5 } } }],
        },
      },
    },
  },
  {
    nested: { path: 'items', query: { bool: { must_not: { exists: { field: 'items.price' } } } } },
  },
  { nested: { path: 'items', query: { range: { 'items.since': { lt: '1970-01-01' } } } } },
  { nested: { path: 'items', query: { range: { 'items.since': { gte: '2026-03-29||/d' } } } } },
  { nested: { path: 'items', query: { match: { 'items.note': 'QUICK bear' } } } },
  {
    nested: {
      path: 'items',
      query: { match: { 'items.note': { query: 'quick fox', operator: 'and' } } },
    },
  },
  { nested: { path: 'items', query: { match_phrase: { 'items.note': 'red fox' } } } },
  { nested: { path: 'items', query: { match_phrase: { 'items.note': 'red bear jumps' } } } },
  { nested: { path: 'items', query: { match_phrase_prefix: { 'items.note': 'brown b' } } } },
  { nested: { path: 'items', query: { wildcard: { 'items.note': 'j?mp*' } } } },
  { nested: { path: 'items', query: { wildcard: { 'items.name': '?' } } } },
  { nested: { path: 'items', query: { regexp: { 'items.note': 'br[aeo]wn' } } } },
  {
    nested: {
      path: 'items',
      query: { prefix: { 'items.note': { value: 'JU', case_insensitive: true } } },
    },
  },
  { nested: { path: 'items', query: { exists: { field: 'items.note' } } } },
  { nested: { path: 'items', query: { term: { word: 'a' } } } },
  {
    nested: {
      path: 'items',
      query: { nested: { path: 'items.parts', query: { term: { 'items.parts.code': 'x' } } } },
    },
  },
  { nested: { path: 'items.parts', query: { range: { 'items.parts.count': { lt: 0 } } } } },
  { nested: { path: 'nothing', query: { match_all: {} }, ignore_unmapped: true } },
  { bool: { must_not: { nested: { path: 'items', query: { term: { 'items.name': 'p' } } } } } },
  {
    bool: {
      filter: {
        nested: {
          path: 'items',
          query: { query_string: { query: 'items.name:p AND items.note:fox' } },
        },
      },
    },
  },
]
