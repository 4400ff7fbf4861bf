import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dayOf, indexName } from './call-record.ts'
import { decodeEntry, encodeEntry, entryKind } from './entry.ts'
import { elasticProperties } from './mapping.ts'
import { createRequestId } from './request-id.ts'

describe('a journal entry', () => {
  it('gives back its record and both bodies, whatever is in them', () => {
    const body = fc.uint8Array({ maxLength: 300 })
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), body, body, (id, request, response) => {
        const json = JSON.stringify({ request_id: id })
        const entry = decodeEntry(encodeEntry('close', json, request, response))
        if (entry.kind !== 'close') throw new Error('wrong kind')
        expect(entry.record).toEqual(JSON.parse(json))
        expect(Buffer.from(entry.requestBody ?? [])).toEqual(Buffer.from(request))
        expect(Buffer.from(entry.responseBody ?? [])).toEqual(Buffer.from(response))
      }),
    )
  })

  it('is refused when it is cut short or of an unknown kind', () => {
    const whole = encodeEntry('close', '{"request_id":"a"}', Buffer.from('body'))
    expect(() => decodeEntry(whole.subarray(0, 12))).toThrow()
    expect(() => decodeEntry(Buffer.alloc(0))).toThrow('not a journal entry')
    expect(entryKind(Buffer.from([7]))).toBeUndefined()
  })
})

describe('a request id', () => {
  it('sorts by time and never repeats', () => {
    expect(createRequestId(1_000) < createRequestId(1_001)).toBe(true)
    const ids = new Set(Array.from({ length: 20_000 }, () => createRequestId(5)))
    expect(ids.size).toBe(20_000)
    expect([...ids][0]).toMatch(/^req_[0-9A-HJKMNP-TV-Z]{26}$/)
  })
})

it('names the index of a day in UTC', () => {
  expect(indexName('holysheep-requests', dayOf(Date.UTC(2026, 10, 23, 23, 59, 59, 999)))).toBe(
    'holysheep-requests-2026.11.23',
  )
})

it('maps money and measures as numbers, names with a .keyword of their own', () => {
  expect(elasticProperties()).toMatchObject({
    '@timestamp': { type: 'date' },
    cost_usd: { type: 'double' },
    latency_ms: { type: 'double' },
    model: { type: 'keyword', fields: { keyword: { type: 'keyword' } } },
    request_body: { index: false },
  })
})
