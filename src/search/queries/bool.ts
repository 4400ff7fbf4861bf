import { and, atLeast, type Filter, not } from '../../store/index.ts'
import { BodyReader } from '../body-reader.ts'
import { minimumShouldMatch } from '../minimum-should-match.ts'
import { contentFailure } from '../search-failure.ts'
import type { QueryCompiler, QueryContext } from './query-compiler.ts'

const KEYS = [
  'must',
  'filter',
  'should',
  'must_not',
  'minimum_should_match',
  'boost',
  '_name',
  'adjust_pure_negative',
]

/** `must`, `filter`, `should` and `must_not`, each one query or a list of them. */
export const bool: QueryCompiler = (body, context) => {
  const reader = new BodyReader(body, 'bool')
  const unknown = reader.keys().find((key) => !KEYS.includes(key))
  if (unknown !== undefined) throw contentFailure(`[bool] unknown field [${unknown}]`)
  const must = clauses(reader.value('must'), context)
  const filter = clauses(reader.value('filter'), context)
  const should = clauses(reader.value('should'), context)
  const mustNot = clauses(reader.value('must_not'), context)
  const minimum = reader.value('minimum_should_match')
  const required = must.length > 0 || filter.length > 0
  const least =
    minimum === undefined || minimum === null
      ? required || should.length === 0
        ? 0
        : 1
      : minimumShouldMatch(minimum, should.length)
  return and([...must, ...filter, ...mustNot.map(not), atLeast(least, should)])
}

function clauses(value: unknown, context: QueryContext): readonly Filter[] {
  if (value === undefined || value === null) return []
  return (Array.isArray(value) ? value : [value]).map((query) => context.compile(query))
}
