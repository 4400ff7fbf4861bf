import { describe, expect, it } from 'vitest'
import {
  filterParams,
  formatParams,
  parseParams,
  rangeParams,
  readParams,
} from './console-params.ts'

describe('the address', () => {
  it('is empty when everything is at its default', () => {
    expect(formatParams({})).toBe('')
    expect(rangeParams({ kind: 'last', name: '1h' })).toEqual({})
  })

  it('survives writing and reading', () => {
    const params = {
      range: '24h',
      q: 'quá hạn & "50%"',
      call: 'req_1',
      live: 'off',
      f: ['model:gpt-4o', '!error_pattern:limit <*> of a:b'],
    }
    expect(parseParams(formatParams(params))).toEqual(params)
  })

  it('keeps filters readable', () => {
    expect(formatParams({ f: ['model:gpt-4o', '!user_id:u1'] })).toBe(
      '?f=model:gpt-4o&f=!user_id:u1',
    )
  })

  it('drops what it does not know and filters that are malformed', () => {
    expect(parseParams('?range=1h&utm=x&f=nonsense&f=model:a&q=')).toEqual({
      range: '1h',
      f: ['model:a'],
    })
  })
})

describe('readParams', () => {
  it('falls back to the last hour for a range it does not know', () => {
    expect(readParams({ range: 'toString' }).range).toEqual({ kind: 'last', name: '1h' })
  })

  it('reads two moments and is not live then', () => {
    const range = { kind: 'fixed', fromMs: 1_000, toMs: 61_000 } as const
    expect(readParams(rangeParams(range))).toMatchObject({ range, live: false })
  })

  it.each([
    [{ from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' }],
    [{ from: 'yesterday', to: '2026-01-01T00:00:00Z' }],
    [{ from: '2026-01-01T00:00:00Z' }],
  ])('ignores moments that make no range: %j', (params) => {
    expect(readParams(params).range.kind).toBe('last')
  })

  it('is live unless switched off', () => {
    expect(readParams({}).live).toBe(true)
    expect(readParams({ live: 'off' }).live).toBe(false)
  })

  it('reads filters back', () => {
    const filters = [{ field: 'model', value: 'a:b', negated: true }]
    expect(readParams(filterParams(filters)).filters).toEqual(filters)
  })
})
