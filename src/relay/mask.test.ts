import { expect, it } from 'vitest'
import { maskSecrets } from './mask.ts'

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
