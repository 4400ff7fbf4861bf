import fc from 'fast-check'
import { expect, it } from 'vitest'
import { SearchFailure } from '../search-failure.ts'
import {
  checkAliasName,
  checkDataStreamName,
  checkIndexName,
  fitsPattern,
  patternsOverlap,
} from './index-names.ts'

function reasonOf(check: (name: string) => void, name: string): string | undefined {
  try {
    check(name)
    return undefined
  } catch (error) {
    if (error instanceof SearchFailure) return error.details.reason
    throw error
  }
}

const CHARACTERS = `must not contain the following characters ['/',',','|','>','?','*','<','"',' ','\\']`

it.each([
  ['ABC', 'must be lowercase'],
  ['_a', `must not start with '_', '-', or '+'`],
  ['-a', `must not start with '_', '-', or '+'`],
  ['+a', `must not start with '_', '-', or '+'`],
  ['..', `must not be '.' or '..'`],
  ['a b', CHARACTERS],
  ['a*b', CHARACTERS],
  ['a\\b', CHARACTERS],
  ['a/b', CHARACTERS],
  ['a#b', `must not contain '#'`],
  ['a:b', `must not contain ':'`],
  ['Éa', 'must be lowercase'],
  ['x'.repeat(256), 'index name is too long, (256 > 255)'],
])('refuses the index name %s as Elasticsearch does', (name, reason) => {
  expect(reasonOf(checkIndexName, name)).toBe(`Invalid index name [${name}], ${reason}`)
})

it('takes the names that Elasticsearch takes', () => {
  for (const name of ['a', '.hidden', 'logs-2026.01.05', '😀a', 'a_b-c+d', '__x'.slice(2)]) {
    expect(reasonOf(checkIndexName, name)).toBeUndefined()
  }
  expect(reasonOf(checkAliasName, 'Upper')).toBeUndefined()
})

it('refuses data streams named like backing indices', () => {
  expect(reasonOf(checkDataStreamName, '.ds-x')).toBe(
    `data_stream [.ds-x] must not start with '.ds-'`,
  )
  expect(reasonOf(checkDataStreamName, 'X')).toBe('data_stream [X] must be lowercase')
})

const pattern = fc
  .array(fc.constantFrom('a', 'b', '*'), { maxLength: 6 })
  .map((parts) => parts.join(''))
const name = fc.array(fc.constantFrom('a', 'b'), { maxLength: 6 }).map((parts) => parts.join(''))

it('fits a pattern exactly when the same regular expression does', () => {
  fc.assert(
    fc.property(name, pattern, (text, wanted) => {
      const expression = new RegExp(`^${wanted.replaceAll('*', '.*')}$`)
      expect(fitsPattern(text, wanted)).toBe(expression.test(text))
    }),
  )
})

it('calls two patterns overlapping when some name fits both', () => {
  fc.assert(
    fc.property(name, pattern, pattern, (text, left, right) => {
      if (fitsPattern(text, left) && fitsPattern(text, right)) {
        expect(patternsOverlap(left, right)).toBe(true)
      }
    }),
  )
  expect(patternsOverlap('h-*', 'h-1*')).toBe(true)
  expect(patternsOverlap('h-*', 'g-*')).toBe(false)
  expect(patternsOverlap('*-a', 'b-*')).toBe(true)
  expect(patternsOverlap('*a', '*b')).toBe(false)
})
