import fc from 'fast-check'
import { expect, it } from 'vitest'
import { mergedSource, parseUpdate } from './document-update.ts'

const updated = (source: string, body: object) =>
  mergedSource(source, parseUpdate(JSON.stringify(body), undefined))

it('joins objects at every depth and replaces everything else', () => {
  const source = '{"a":{"b":1,"c":[1,2]},"d":"x"}'
  const doc = { a: { c: [3], e: { f: null } }, g: 1 }
  expect(JSON.parse(updated(source, { doc })!)).toEqual({
    a: { b: 1, c: [3], e: { f: null } },
    d: 'x',
    g: 1,
  })
})

it('leaves numbers as they were written', () => {
  const source = '{"a":1.0,"b":12345678901234567890,"c":{"d":1e3}}'
  const body = parseUpdate('{"doc":{"c":{"e":2.50}}}', undefined)
  expect(mergedSource(source, body)).toBe(
    '{"a":1.0,"b":12345678901234567890,"c":{"d":1e3,"e":2.50}}',
  )
})

it('sees that nothing changes, unless told not to look', () => {
  const source = '{"a":{"b":[{"x":1,"y":2}]},"n":1}'
  expect(updated(source, { doc: { a: { b: [{ y: 2, x: 1 }] } } })).toBeUndefined()
  expect(updated(source, { doc: { n: 1 }, detect_noop: false })).toBe(source)
  expect(updated(source, { doc: { n: null } })).toBe('{"a":{"b":[{"x":1,"y":2}]},"n":null}')
  expect(updated(source, { doc: { other: null } })).toContain('"other":null')
})

it('writes a field named like the prototype as a field', () => {
  const body = parseUpdate('{"doc":{"__proto__":{"polluted":true}}}', undefined)
  expect(mergedSource('{"__proto__":{"a":1}}', body)).toBe('{"__proto__":{"a":1,"polluted":true}}')
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
})

it.each([
  ['{"script":"x"}', 'failed to execute script'],
  ['{"script":"x","doc":{}}', "Validation Failed: 1: can't provide both script and doc;"],
  ['{"upsert":{"x":1}}', 'Validation Failed: 1: script or doc is missing;'],
  [
    '{"doc_as_upsert":true}',
    'Validation Failed: 1: script or doc is missing;2: doc must be specified if doc_as_upsert is enabled;',
  ],
  ['{"foo":1}', '[UpdateRequest] unknown field [foo]'],
  ['{"doc":[]}', "[UpdateRequest] doc doesn't support values of type: START_ARRAY"],
  ['[]', '[1:1] [UpdateRequest] Expected START_OBJECT but was: START_ARRAY'],
  [`{"doc":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}`, 'nested deeper than 1000 levels'],
  ['{"doc":', 'is no JSON'],
])('refuses %s', (text, reason) => {
  expect(() => parseUpdate(text, undefined)).toThrow(reason)
})

it('refuses conditions on an upsert', () => {
  expect(() => parseUpdate('{"doc":{},"upsert":{}}', 1)).toThrow(
    "upsert requests don't support `if_seq_no` and `if_primary_term`",
  )
})

it('gives back the document itself for an update with the whole document', () => {
  const json = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }))
  fc.assert(
    fc.property(json, (document) => {
      const source = JSON.stringify(document)
      const body = parseUpdate(`{"doc":${source}}`, undefined)
      expect(mergedSource(source, body)).toBeUndefined()
      expect(JSON.parse(mergedSource('{}', { ...body, detectNoop: false })!)).toEqual(
        JSON.parse(source),
      )
    }),
  )
})
