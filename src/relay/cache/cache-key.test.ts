import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cacheKey } from './cache-key.ts'

function keyOf(body: unknown): string {
  return cacheKey('web', '/v1/chat/completions', 'small', body)
}

/** The same value with the members of all objects in another order. */
function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered)
  if (typeof value !== 'object' || value === null) return value
  const pairs = Object.entries(value).map(([name, each]) => [name, reordered(each)] as const)
  return JSON.parse(
    `{${pairs
      .reverse()
      .map((pair) => pair.map(json).join(':'))
      .join(',')}}`,
  )
}

function json(value: unknown): string {
  return JSON.stringify(value)
}

describe('the key of an answer', () => {
  it('is the same for bodies that differ in the order of members and in white space only', () => {
    const one = JSON.parse('{"model":"small","messages":[{"role":"user","content":"hi"}],"n":1}')
    const other = JSON.parse(
      '{"n":1.0, "messages":[{"content":"hi","role":"user"}],"model":"small"}',
    )
    expect(keyOf(one)).toBe(keyOf(other))
    expect(keyOf(one)).toMatch(/^[0-9a-f]{64}$/)
  })

  it.each([
    ['{"a":[1,2]}', '{"a":[2,1]}'],
    ['{"a":1}', '{"a":"1"}'],
    ['{"a":null}', '{}'],
    ['{"a":[]}', '{"a":{}}'],
    ['{"a":{"b":1}}', '{"a":{},"b":1}'],
    ['{"a":"b\\",\\"c"}', '{"a":"b","c":""}'],
    ['{"__proto__":{"a":1}}', '{}'],
    ['{"a":"é"}', '{"a":"e\u0301"}'],
    ['[]', '{}'],
    ['[[1],2]', '[[1,2]]'],
  ])('is another for %s than for %s', (one, other) => {
    expect(keyOf(JSON.parse(one))).not.toBe(keyOf(JSON.parse(other)))
  })

  it('is the same exactly for the same values (any JSON)', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        expect(keyOf(reordered(one))).toBe(keyOf(one))
        expect(keyOf(one) === keyOf(other)).toBe(json(sorted(one)) === json(sorted(other)))
        expect(keyOf([one, other])).not.toBe(keyOf([one]))
      }),
    )
  })

  it('is another for another tenant, endpoint, model or variant', () => {
    const keys = [
      cacheKey('web', '/v1/messages', 'small', {}),
      cacheKey('app', '/v1/messages', 'small', {}),
      cacheKey('web', '/v1/chat/completions', 'small', {}),
      cacheKey('web', '/v1/messages', 'large', {}),
      cacheKey('web', '/v1/messages', 'small', {}, 'anthropic-beta: x'),
      cacheKey('web","/v1/messages', '', 'small', {}),
    ]
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('takes bodies that are no JSON as bytes', () => {
    expect(keyOf(Buffer.from('{}'))).toBe(keyOf(new Uint8Array([0x7b, 0x7d])))
    expect(keyOf(Buffer.from('{}'))).not.toBe(keyOf({}))
  })

  it('takes bodies of any depth', () => {
    const deep = JSON.parse(`${'[{"a":'.repeat(100_000)}1${'}]'.repeat(100_000)}`)
    expect(keyOf(deep)).toMatch(/^[0-9a-f]{64}$/)
  })
})

/** Objects as lists of their members, in the order of names. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, each]) => ({ name, each: sorted(each) }))
  return { members }
}
