import { expect, it } from 'vitest'
import { SearchFailure } from '../search-failure.ts'
import {
  changedSettings,
  checkChangeable,
  nestedSettings,
  parseSettings,
} from './index-settings.ts'

function failureOf(given: unknown) {
  try {
    parseSettings(given)
    return undefined
  } catch (error) {
    if (error instanceof SearchFailure) return error.details
    throw error
  }
}

it('keeps nested and flat settings flat, as texts', () => {
  const given = {
    number_of_shards: 2,
    index: { refresh_interval: '5s', blocks: { write: false } },
    'index.query.default_field': ['a', 'b'],
    lifecycle: { name: 'p' },
  }
  expect(changedSettings({}, parseSettings(given))).toEqual({
    'index.number_of_shards': '2',
    'index.refresh_interval': '5s',
    'index.blocks.write': 'false',
    'index.query.default_field': ['a', 'b'],
    'index.lifecycle.name': 'p',
  })
})

it('shows settings nested below index', () => {
  const flat = { 'index.mapping.depth.limit': '3', 'index.query.default_field': ['a'] }
  expect(nestedSettings(flat)).toEqual({
    index: { mapping: { depth: { limit: '3' } }, query: { default_field: ['a'] } },
  })
})

it('takes a setting away with null', () => {
  const before = { 'index.refresh_interval': '5s', 'index.hidden': 'true' }
  expect(changedSettings(before, parseSettings({ refresh_interval: null }))).toEqual({
    'index.hidden': 'true',
  })
})

it.each([
  [
    { foo: { bar: 1 } },
    'unknown setting [index.foo.bar] please check that any required plugins are installed, or check the breaking changes documentation for removed settings',
  ],
  [{ number_of_shards: 'abc' }, 'Failed to parse value [abc] for setting [index.number_of_shards]'],
  [
    { number_of_shards: 0 },
    'Failed to parse value [0] for setting [index.number_of_shards] must be >= 1',
  ],
  [
    { number_of_shards: 2000 },
    'Failed to parse value [2000] for setting [index.number_of_shards] must be <= 1024',
  ],
  [{ number_of_shards: [1] }, 'Failed to parse value [[1]] for setting [index.number_of_shards]'],
  [
    { max_result_window: 99999999999 },
    'Failed to parse value [99999999999] for setting [index.max_result_window]',
  ],
  [
    { refresh_interval: 5 },
    'failed to parse setting [index.refresh_interval] with value [5] as a time value: unit is missing or unrecognized',
  ],
  [{ hidden: 'x' }, 'Failed to parse value [x] as only [true] or [false] are allowed.'],
  [{ sort: { field: 'x' } }, 'setting [index.sort.field] is not supported'],
  [{ default_pipeline: 'x' }, 'setting [index.default_pipeline] with value [x] is not supported'],
  [[], 'key [settings] must be an object'],
  ['x', 'key [settings] must be an object'],
])('refuses %j', (given, reason) => {
  expect(failureOf(given)).toMatchObject({ status: 400, reason })
})

it('does not pollute objects with a setting named like the prototype', () => {
  expect(failureOf(JSON.parse('{"__proto__":{"polluted":1}}'))?.reason).toContain(
    'index.__proto__.polluted',
  )
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
})

it('says which settings an existing index cannot take', () => {
  const index = { name: 'b', uuid: 'u', isOpen: true }
  const changes = parseSettings({ number_of_shards: 3, codec: 'default', hidden: true })
  expect(() => checkChangeable(changes, index)).toThrow(
    `Can't update non dynamic settings [[index.codec, index.number_of_shards]] for open indices [[b/u]]`,
  )
  expect(() =>
    checkChangeable(parseSettings({ codec: 'x' }), { ...index, isOpen: false }),
  ).not.toThrow()
  expect(() =>
    checkChangeable(parseSettings({ number_of_shards: 3 }), { ...index, isOpen: false }),
  ).toThrow('final b setting [index.number_of_shards], not updateable')
})
