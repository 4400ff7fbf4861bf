import { describe, expect, it } from 'vitest'
import { maskJson, maskSecrets } from './mask.ts'

it.each([
  ['Incorrect API key provided: sk-proj-abcDEF123456_-x.', 'Incorrect API key provided: ***.'],
  ['key hss_0123456789abcdefghij is unknown', 'key *** is unknown'],
  ['sent Authorization: Bearer some.opaque-token', 'sent Authorization: Bearer ***'],
  ['AIzaSyA1234567890abcdefgh rejected', '*** rejected'],
  [
    'the operator said plain-credential twice: plain-credential',
    'the operator said *** twice: ***',
  ],
  ['nothing secret: task-force, skip, bearer', 'nothing secret: task-force, skip, bearer'],
])('masks %s', (text, masked) => {
  expect(maskSecrets(text, ['plain-credential'])).toBe(masked)
})

it('takes no time over what only looks like much', () => {
  const beginMs = performance.now()
  for (const text of [' '.repeat(1_000_000), 'Bearer '.repeat(100_000), 'sk-'.repeat(300_000)]) {
    maskSecrets(`a${text}b`, ['plain-credential'])
  }
  expect(performance.now() - beginMs).toBeLessThan(2_000)
})

describe('in JSON', () => {
  it.each([
    ['{"a":"it is se\\/cret"}', '{"a":"it is ***"}'],
    ['{"a":"\\u0073k-abcdefgh12345"}', '{"a":"***"}'],
    ['{ "a": "se/cret" }', '{ "a": "***" }'],
    ['{ "a": "a \\"quote\\" and a \\/" }', '{ "a": "a \\"quote\\" and a \\/" }'],
    ['no JSON \\u0073k, se/cret', 'no JSON \\u0073k, ***'],
  ])('%s becomes %s', (text, masked) => {
    expect(maskJson(text, ['se/cret'])).toBe(masked)
  })
})
