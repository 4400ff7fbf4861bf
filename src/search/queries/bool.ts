import { and, atLeast, not } from '../../store/index.ts'
import { BodyReader } from '../body-reader.ts'
import { minimumShouldMatch } from '../minimum-should-match.ts'
import { contentFailure } from '../search-failure.ts'
import type { Query, QueryCompiler, QueryContext } from './query-compiler.ts'

const KEYS = [
  'must',
  'filter',
  'should',
  'must_not',
  'mustNot',
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
  const mustNot = clauses(reader.value('must_not') ?? reader.value('mustNot'), context)
  const minimum = reader.value('minimum_should_match')
  const boost = reader.number('boost') ?? 1
  const required = must.length > 0 || filter.length > 0
  const usual = required || should.length === 0 ? 0 : 1
  // asked of clauses that do not exist, it is passed over where nothing else has to match
  const isAsked = minimum !== undefined && minimum !== null && (required || should.length > 0)
  const asked = isAsked ? minimumShouldMatch(minimum, should.length) : usual
  // where nothing has to match, something has to
  const least = !required && should.length > 0 ? Math.max(1, asked) : asked
  const scored = [...must, ...should]
  const isEmpty = scored.length === 0 && filter.length === 0 && mustNot.length === 0
  return {
    filter: and([
      ...[...must, ...filter].map((query) => query.filter),
      ...mustNot.map((query) => not(query.filter)),
      atLeast(
        least,
        should.map((query) => query.filter),
      ),
    ]),
    // a query that only filters scores 0, an empty one is match_all
    score:
      scored.length === 0
        ? { kind: 'constant', value: isEmpty ? boost : 0 }
        : { kind: 'sum', parts: scored, boost, tieBreaker: 0 },
  }
}

function clauses(value: unknown, context: QueryContext): readonly Query[] {
  if (value === undefined || value === null) return []
  return (Array.isArray(value) ? value : [value]).map((query) => context.compile(query))
}
