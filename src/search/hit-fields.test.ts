import { describe, expect, it } from 'vitest'
import { Analysis, Mapping, mappingSettings, parseLossless } from '../store/index.ts'
import { wantedFields } from './hit-field-list.ts'
import { compileFields } from './hit-fields.ts'
import { logSourceFields, sourceFields } from './hit-source-fields.ts'

const SOURCES = sourceFields(
  Mapping.parse(
    {
      properties: {
        title: { type: 'text', fields: { raw: { type: 'keyword', ignore_above: 10 } } },
        tag: { type: 'keyword', null_value: 'none', normalizer: 'low' },
        n: { type: 'integer', ignore_malformed: true },
        big: { type: 'long' },
        f: { type: 'float' },
        day: { type: 'date', format: 'yyyy/MM/dd||epoch_millis' },
        fine: { type: 'date_nanos' },
        ip: { type: 'ip' },
        flag: { type: 'boolean' },
        flat: { type: 'flattened' },
        raw: { type: 'binary' },
        other: { type: 'alias', path: 'tag' },
        lines: {
          type: 'nested',
          properties: {
            sku: { type: 'keyword' },
            parts: { type: 'nested', properties: { no: { type: 'long' } } },
          },
        },
        off: { type: 'object', enabled: false },
      },
    },
    mappingSettings({ 'index.analysis.normalizer.low.filter': 'lowercase' }),
  ).fields(),
  new Analysis({ 'index.analysis.normalizer.low.filter': 'lowercase' }),
)

const DOCUMENT = `{
  "title": ["A short", "a title that is longer"], "tag": ["Red", null], "n": ["7", 2.9, "bad"],
  "big": 9007199254740993, "f": 0.1, "day": "2026/01/05", "fine": "2026-01-05T10:00:00.123456Z",
  "ip": "0:0::1", "flag": ["true", false], "flat": {"a": {"b": 1}}, "raw": "AQ==",
  "lines": [{"sku": "x", "parts": [{"no": 1}, {"no": 2}]}, {"sku": "y"}, {}],
  "off": {"deep": [{"v": 1}, {"v": [2, 3]}]}, "__proto__": 1
}`

function read(fields: unknown) {
  const reader = compileFields(wantedFields(fields, 'fields'), SOURCES)
  const found = reader?.read({
    index: 'i',
    id: '1',
    source: parseLossless(DOCUMENT) as Readonly<Record<string, unknown>>,
    routing: 'r',
  })
  return JSON.parse(JSON.stringify(Object.fromEntries(found?.fields ?? []))) as unknown
}

describe('fields of a hit', () => {
  it.each<readonly [unknown, unknown]>([
    [['title'], { title: ['A short', 'a title that is longer'] }],
    [['title.raw'], { 'title.raw': ['A short'] }],
    [['t*'], { title: expect.anything(), 'title.raw': ['A short'], tag: ['red', 'none'] }],
    [['other'], { other: ['red', 'none'] }],
    [['n', 'f'], { n: [7, 2], f: [0.1] }],
    [['day'], { day: ['2026/01/05'] }],
    [[{ field: 'day', format: 'epoch_millis' }], { day: ['1767571200000'] }],
    [['fine'], { fine: ['2026-01-05T10:00:00.123456Z'] }],
    [['ip', 'flag', 'raw'], { ip: ['::1'], flag: [true, false], raw: ['AQ=='] }],
    [['flat'], { flat: [{ a: { b: 1 } }] }],
    [['flat.a.b', 'flat.*'], { 'flat.a.b': [1] }],
    [['lines.sku'], { lines: [{ sku: ['x'] }, { sku: ['y'] }] }],
    [['lines.*'], { lines: [{ sku: ['x'], parts: [{ no: [1] }, { no: [2] }] }, { sku: ['y'] }] }],
    [['lines.parts.no'], { lines: [{ parts: [{ no: [1] }, { no: [2] }] }] }],
    [['off.deep.v', 'lines', 'nothing', ''], {}],
    [[{ field: 'off*', include_unmapped: true }], { 'off.deep.v': [1, 2, 3] }],
    [
      ['_id', '_index', '_routing', '_version'],
      { _id: ['1'], _index: ['i'], _routing: ['r'], _version: [1] },
    ],
  ])('%j are read from the document as they are searched', (fields, expected) => {
    expect(read(fields)).toEqual(expected)
  })

  it('keeps every digit of a whole number', () => {
    const reader = compileFields(wantedFields(['big'], 'fields'), SOURCES)
    const source = parseLossless(DOCUMENT) as Readonly<Record<string, unknown>>
    const found = reader?.read({ index: 'i', id: '1', source })
    expect(JSON.stringify(found?.fields.get('big'))).toBe('[9007199254740993]')
  })

  it('tells which values their field left out', () => {
    const reader = compileFields(wantedFields(['*'], 'fields'), SOURCES)
    const source = parseLossless(DOCUMENT) as Readonly<Record<string, unknown>>
    const found = reader?.read({ index: 'i', id: '1', source })
    expect(Object.fromEntries(found?.ignored ?? [])).toEqual({
      n: ['bad'],
      'title.raw': ['a title that is longer'],
    })
  })

  it('gives a member called __proto__ like any other', () => {
    const fields = read([{ field: '__proto__', include_unmapped: true }])
    expect(Object.entries(Object(fields))).toEqual([['__proto__', [1]]])
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  it('knows the fields of logs, with the keywords beside them', () => {
    const reader = compileFields(
      wantedFields(['model*', 'labels.team'], 'fields'),
      logSourceFields(),
    )
    const source = { model: 'gpt-4o', labels: { team: 'web' } }
    const found = reader?.read({ index: 'i', id: '1', source })
    expect(Object.fromEntries(found?.fields ?? [])).toEqual({
      model: ['gpt-4o'],
      'model.keyword': ['gpt-4o'],
      'labels.team': ['web'],
    })
  })

  it.each([
    ['k'],
    [{ field: 'k' }],
    [[{ format: 'x' }]],
    [[{ field: 'k', foo: 1 }]],
    [[{ field: ['k'] }]],
    [[{ field: 'n', format: '0.0' }]],
    [[{ field: 'title', format: 'yyyy' }]],
    [[{ field: 'day', format: '' }]],
    [['_source']],
    [[[]]],
    [null],
  ])('refuses %j', (given) => {
    expect(() => compileFields(wantedFields(given, 'fields'), SOURCES)).toThrow()
  })
})
