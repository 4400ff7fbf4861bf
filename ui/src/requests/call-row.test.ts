import { describe, expect, it } from 'vitest'
import { isFailed, joinPages, readRow } from './call-row.ts'

describe('readRow', () => {
  it('reads times as text or number and money as text or number', () => {
    const hit = (source: Record<string, unknown>) => ({ _index: 'i', _id: 'x', _source: source })
    const timeMs = Date.UTC(2026, 0, 1)
    expect(
      readRow(hit({ '@timestamp': '2026-01-01T00:00:00.000Z', cost_usd: '0.000001250' })),
    ).toMatchObject({ id: 'x', requestId: undefined, timeMs, costUsd: 0.000_001_25 })
    expect(readRow(hit({ '@timestamp': timeMs, cost_usd: 0.5 }))).toMatchObject({
      timeMs,
      costUsd: 0.5,
    })
  })
})

describe('joinPages', () => {
  it('shows a row once that two pages hold', () => {
    const row = (id: string) => readRow({ _index: 'i', _id: id, _source: {} })
    const pages = [{ rows: [row('a'), row('b')] }, { rows: [row('b'), row('c')] }]
    expect(joinPages(pages).map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  })
})

describe('isFailed', () => {
  it.each([
    [200, 'ok', false],
    [200, undefined, false],
    [200, 'upstream_error', true],
    [429, undefined, true],
    [499, 'client_closed', true],
    [undefined, 'lost', true],
    [200, 'cached', false],
  ])('status %s with outcome %s: %s', (statusCode, outcome, failed) => {
    expect(isFailed({ statusCode, outcome })).toBe(failed)
  })
})
