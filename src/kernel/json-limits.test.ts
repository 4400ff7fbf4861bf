import fc from 'fast-check'
import { expect, it } from 'vitest'
import { jsonExcess } from './json-limits.ts'

const nested = (depth: number) => `${'[1,'.repeat(depth)}1${']'.repeat(depth)}`

it('lets 1,000 levels pass and refuses one more', () => {
  expect(jsonExcess(nested(1_000))).toBeUndefined()
  expect(jsonExcess(nested(1_001))).toContain('nesting depth (1001)')
})

it('lets two million values pass and refuses more', () => {
  expect(jsonExcess(`[${'1,'.repeat(1_999_998)}1]`)).toBeUndefined()
  expect(jsonExcess(`[${'1,'.repeat(2_000_001)}1]`)).toContain('more values')
})

it.each([
  ['a text that never ends', `"${'['.repeat(3_000)}`],
  ['quotes behind backslashes', JSON.stringify([`\\"${'['.repeat(3_000)}\\\\`])],
  ['only backslashes', JSON.stringify({ a: '\\'.repeat(5_000) })],
])('counts nothing within %s', (_, text) => {
  expect(jsonExcess(text)).toBeUndefined()
})

it('never refuses what is neither deep nor large', () => {
  const long = fc.array(fc.json({ maxDepth: 8 }), { minLength: 20, maxLength: 200 })
  fc.assert(
    fc.property(long, (list) => {
      expect(jsonExcess(`[${list.join(',')}]`)).toBeUndefined()
    }),
    { numRuns: 200 },
  )
})
