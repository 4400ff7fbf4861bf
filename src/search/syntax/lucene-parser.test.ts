import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SearchFailure } from '../search-failure.ts'
import type { Clause, RangeBound } from './clause.ts'
import { EXAMPLE_FIELDS } from './example-fields.ts'
import { escaped } from './lucene-escapes.ts'
import { parseLucene } from './lucene-parser.ts'
import { parseQueryString } from './query-string.ts'

function parse(text: string): Clause | undefined {
  return parseLucene(text, {
    operator: 'or',
    allowsLeadingWildcard: true,
    comparesBareWords: false,
    isEmpty: () => false,
  })
}

const text = fc
  .string({ minLength: 1, maxLength: 12 })
  .filter((written) => !/[\s\u3000]|^(?:AND|OR|NOT)$|[<>]/.test(written))
const field = fc.option(
  text.filter((name) => name !== '_exists_'),
  { nil: undefined },
)
const bound: fc.Arbitrary<RangeBound> = fc.record({ value: text, isInclusive: fc.boolean() })

const leaf: fc.Arbitrary<Clause> = fc.oneof(
  fc.record({ kind: fc.constant('words' as const), field, text }),
  fc.record({
    kind: fc.constant('phrase' as const),
    field,
    text: fc.string(),
    slop: fc.option(fc.nat(9), { nil: undefined }),
  }),
  fc.record({ kind: fc.constant('prefix' as const), field, text }),
  fc.record({
    kind: fc.constant('fuzzy' as const),
    field,
    text,
    fuzziness: fc.constantFrom(undefined, 0, 1, 2, 'AUTO'),
  }),
  fc.record({ kind: fc.constant('regexp' as const), field, pattern: fc.constant('a[bc]+.*') }),
  fc.record({ kind: fc.constant('exists' as const), field }),
  fc.record({
    kind: fc.constant('range' as const),
    field,
    lower: fc.option(bound, { nil: undefined }),
    upper: fc.option(bound, { nil: undefined }),
  }),
)

const { clause } = fc.letrec<{ clause: Clause; bool: Clause; boost: Clause }>((tie) => ({
  clause: fc.oneof({ depthSize: 'small', withCrossShrink: true }, leaf, tie('bool'), tie('boost')),
  bool: fc
    .array(
      fc.record({
        occur: fc.constantFrom('must' as const, 'should' as const, 'must_not' as const),
        clause: tie('clause'),
      }),
      { minLength: 2, maxLength: 4 },
    )
    .map((entries) => ({ kind: 'bool' as const, entries })),
  boost: fc
    .record({ factor: fc.integer({ min: 2, max: 9 }), clause: tie('clause') })
    .filter((boost) => boost.clause.kind !== 'boost')
    .map((boost) => ({ kind: 'boost' as const, ...boost })),
}))

const SIGNS = { must: '+', should: '', must_not: '-' } as const

/** Writes a clause as a text that stands for it; `parse` is what it has to agree with. */
function render(written: Clause): string {
  switch (written.kind) {
    case 'bool':
      return written.entries.map((entry) => SIGNS[entry.occur] + operand(entry.clause)).join(' ')
    case 'boost':
      return `${operand(written.clause)}^${written.factor}`
    case 'all':
    case 'none':
    case 'nested':
    case 'wildcard':
      throw new Error(`${written.kind} is not generated`)
    default:
      return fieldName(written.field) + renderValue(written)
  }
}

function operand(written: Clause): string {
  return written.kind === 'bool' ? `(${render(written)})` : render(written)
}

function fieldName(name: string | undefined): string {
  return name === undefined ? '' : `${escaped(name)}:`
}

function renderValue(written: Extract<Clause, { field: string | undefined }>): string {
  switch (written.kind) {
    case 'words':
      return escaped(written.text)
    case 'phrase':
      return `"${written.text.replace(/["\\]/g, '\\$&')}"${written.slop === undefined ? '' : `~${written.slop}`}`
    case 'prefix':
      return `${escaped(written.text)}*`
    case 'fuzzy':
      return `${escaped(written.text)}~${written.fuzziness ?? ''}`
    case 'regexp':
      return `/${written.pattern}/`
    case 'exists':
      return '*'
    case 'range': {
      const { lower, upper } = written
      const start = lower?.isInclusive === false ? '{' : '['
      const end = upper?.isInclusive === false ? '}' : ']'
      return `${start}${renderBound(lower)} TO ${renderBound(upper)}${end}`
    }
    default:
      throw new Error(`${written.kind} is not generated`)
  }
}

function renderBound(written: RangeBound | undefined): string {
  return written === undefined ? '*' : `"${written.value.replace(/["\\]/g, '\\$&')}"`
}

/** Single words beside each other are read as a run: generated clauses have none. */
function hasRun(written: Clause): boolean {
  if (written.kind === 'boost') return hasRun(written.clause)
  if (written.kind !== 'bool') return false
  return written.entries.some(({ clause: inner, occur }, place) => {
    const next = written.entries[place + 1]
    const isRun = [inner, next?.clause].every(
      (one) => one?.kind === 'words' || one?.kind === 'boost',
    )
    return hasRun(inner) || (occur !== 'must' && next?.occur === 'should' && isRun)
  })
}

describe('parseLucene', () => {
  it('reads back every clause that is written as a text', () => {
    fc.assert(
      fc.property(
        clause.filter((written) => !hasRun(written)),
        (written) => {
          expect(parse(render(written))).toEqual(written)
        },
      ),
      { numRuns: 1_000 },
    )
  })

  it('ends in a query or a failure of its own on any text', () => {
    const pieces = fc.constantFrom(
      ...'ab"\\/()[]{}^~*?:+-! <>=1',
      ...['AND', 'OR', 'NOT', '&&', '||', ' TO ', 'message:', '_exists_:', '\\u', '__proto__:'],
    )
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.array(pieces, { maxLength: 40 }).map((all) => all.join('')),
    )
    fc.assert(
      fc.property(texts, (any) => {
        try {
          expect(Object.keys(parseQueryString(any, EXAMPLE_FIELDS))).toHaveLength(1)
        } catch (error) {
          expect(error).toBeInstanceOf(SearchFailure)
        }
      }),
      { numRuns: 1_000 },
    )
  })

  it.each([
    '"',
    '\\"',
    '/',
    '\\/',
    '/\\',
    '[',
    '[a TO ',
    '["',
    '(',
    'a:',
    '~',
    '^1',
    '*',
    '\\',
    '1',
    ' ',
  ])('reads a long text of %s in linear time', (piece) => {
    for (const all of [
      piece.repeat(32_000 / piece.length),
      `[${piece.repeat(15_000 / piece.length)}`,
    ]) {
      const start = performance.now()
      try {
        parseQueryString(all, EXAMPLE_FIELDS)
      } catch (error) {
        expect(error).toBeInstanceOf(SearchFailure)
      }
      expect(performance.now() - start).toBeLessThan(1_000)
    }
  })

  it('does not run away on a long number', () => {
    const start = performance.now()
    parseQueryString(`status_code:${'1'.repeat(31_000)}x`, EXAMPLE_FIELDS)
    expect(performance.now() - start).toBeLessThan(1_000)
  })
})
