import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DocumentResult, type ParsedDocument, parseDocument } from './document-parser.ts'
import { Mapping } from './index-mapping.ts'
import { mappingSettings } from './mapping-settings.ts'

type Json = Readonly<Record<string, unknown>>

function mapping(properties: Json, root: Json = {}, settings = {}): Mapping {
  return Mapping.parse({ ...root, properties }, mappingSettings(settings))
}

function text(document: Json | string): string {
  return typeof document === 'string' ? document : JSON.stringify(document)
}

function parsed(from: Mapping, document: Json | string): ParsedDocument {
  const result = parseDocument(from, text(document), { id: 'b' })
  if (!result.ok) throw new Error(result.failure.reason)
  return result
}

function refused(from: Mapping, document: Json | string) {
  const result: DocumentResult = parseDocument(from, text(document), { id: 'b' })
  if (result.ok) throw new Error('the document was taken')
  return result.failure
}

/** Values by field name. */
function values(from: Mapping, document: Json | string): Json {
  const { values: columns, mapping: grown } = parsed(from, document)
  const names = new Map(
    [...grown.fields().values()].map(({ name, number }) => [`c${number}`, name]),
  )
  return Object.fromEntries(Object.entries(columns).map(([key, list]) => [names.get(key), list]))
}

describe('values of a field', () => {
  it.each<[string, string, unknown]>([
    ['long', '5', 5],
    ['long', '"5"', 5],
    ['long', '"1.5e2"', 150],
    ['long', '3.9', 3],
    ['long', '-3.9', -3],
    ['long', '9007199254740993', '9007199254740993'],
    ['long', '-9223372036854775808', '-9223372036854775808'],
    ['long', '1.0', 1],
    ['integer', '2147483647', 2147483647],
    ['integer', '" 5 "', 5],
    ['byte', '-128', -128],
    ['unsigned_long', '9223372036854775807', '9223372036854775807'],
    ['double', '0.1', 0.1],
    ['double', '" 5f "', 5],
    ['float', '3.14', 3.140000104904175],
    ['half_float', '3.14', 3.140625],
    ['half_float', '65519', 65504],
    ['half_float', '6e-8', 2 ** -24],
    ['boolean', 'true', true],
    ['boolean', '"false"', false],
    ['boolean', '""', false],
    ['keyword', '"a b"', 'a b'],
    ['keyword', '1.0', '1.0'],
    ['keyword', '0.10', '0.10'],
    ['keyword', 'true', 'true'],
    ['date', '"2026-01-05T10:42:10.123456Z"', Date.parse('2026-01-05T10:42:10.123Z')],
    ['date', '"2026-01-05"', Date.parse('2026-01-05')],
    ['date', '1700000000000', 1700000000000],
    ['date', '"1700000000000.9"', 1700000000000],
    [
      'date_nanos',
      '"2026-01-05T10:42:10.123456789Z"',
      Date.parse('2026-01-05T10:42:10.123Z') + 0.456,
    ],
    ['ip', '"192.168.0.1"', '00000000000000000000ffffc0a80001'],
    ['ip', '"2001:db8::1"', '20010db8000000000000000000000001'],
  ])('%s %s lie in the column as %j', (type, value, expected) => {
    expect(values(mapping({ f: { type } }), `{"f":${value}}`)).toEqual({ f: [expected] })
  })

  it.each<[string, string, string, string]>([
    ['integer', '"x"', "'x'", 'For input string: "x"'],
    ['integer', '3000000000', "'3000000000'", 'Value [3000000000] is out of range for an integer'],
    [
      'integer',
      'true',
      "'true'",
      'Current token (VALUE_TRUE) not numeric, can not use numeric value accessors',
    ],
    [
      'long',
      '"9223372036854775808"',
      "'9223372036854775808'",
      'Value [9223372036854775808] is out of range for a long',
    ],
    ['long', '1e30', "'1e30'", 'Value [1e30] is out of range for a long'],
    ['long', '" 5"', "' 5'", 'For input string: " 5"'],
    ['byte', '200', "'200'", 'Value [200] is out of range for a byte'],
    ['unsigned_long', '-1', "'-1'", 'Value [-1] is out of range for an unsigned_long'],
    [
      'unsigned_long',
      '9223372036854775808',
      "'9223372036854775808'",
      'Value [9223372036854775808]: [unsigned_long] beyond [9223372036854775807] is not supported',
    ],
    ['double', '"NaN"', "'NaN'", '[double] supports only finite values, but got [NaN]'],
    ['double', '1e400', "'1e400'", '[double] supports only finite values, but got [Infinity]'],
    ['float', '1e39', "'1e39'", '[float] supports only finite values, but got [Infinity]'],
    ['half_float', '65520', "'65520'", '[half_float] supports only finite values, but got [65520]'],
    ['boolean', '"x"', "'x'", 'Failed to parse value [x] as only [true] or [false] are allowed.'],
    ['boolean', '1', "'1'", 'Current token (VALUE_NUMBER_INT) not of boolean type'],
    [
      'date',
      '"x"',
      "'x'",
      'failed to parse date field [x] with format [strict_date_optional_time||epoch_millis]',
    ],
    ['date', '""', "''", 'cannot parse empty date'],
    ['ip', '"1.2.3"', "'1.2.3'", "'1.2.3' is not an IP string literal."],
    ['ip', '"fe80::1%eth0"', "'fe80::1%eth0'", "'fe80::1%eth0' is not an IP string literal."],
    ['keyword', '{"a":[1,"q"]}', "'{a=[1, q]}'", "Can't get text on a START_OBJECT"],
    ['text', '{"a":1}', "'{a=1}'", "Can't get text on a START_OBJECT"],
    ['integer', '{"a":1}', "'{a=1}'", 'Cannot parse object as number'],
    [
      'flattened',
      '"x"',
      "'x'",
      'Failed to parse object: expecting token of type [START_OBJECT] but found [VALUE_STRING]',
    ],
  ])('%s does not take %s', (type, value, preview, cause) => {
    const failure = refused(mapping({ f: { type } }), `{"f":${value}}`)
    expect(failure.type).toBe('document_parsing_exception')
    const column = value.startsWith('{') ? 5 + value.length : 6
    expect(failure.reason).toBe(
      `[1:${column}] failed to parse field [f] of type [${type}] in document with id 'b'. Preview of field's value: ${preview}`,
    )
    expect(failure.causedBy?.reason).toBe(cause)
  })

  it('tells line and column of a value deep inside', () => {
    const from = mapping({ a: { properties: { n: { type: 'integer' } } } })
    const { reason } = refused(from, '{\n "q": "\\"n",\n "a": {"z":"}",\n  "n":[1,"x"]}}')
    expect(reason).toContain('[4:10] failed to parse field [a.n] of type [integer]')
  })

  it('are rounded to the scale of a scaled_float', () => {
    const from = mapping({ f: { type: 'scaled_float', scaling_factor: 100 } })
    expect(values(from, { f: [1.239, '0.005', -1.005] })).toEqual({ f: [1.24, 0.01, -1] })
  })

  it('are lists in the order of the document, without nulls', () => {
    const from = mapping({ f: { type: 'long' }, n: { type: 'keyword', null_value: 'none' } })
    expect(values(from, { f: [3, null, [1, [2]]], n: [null, 'a'] })).toEqual({
      f: [3, 1, 2],
      n: ['none', 'a'],
    })
  })

  it('are refused with coerce off unless they are numbers of the type', () => {
    const from = mapping({ f: { type: 'integer', coerce: false } })
    expect(values(from, '{"f":3.0}')).toEqual({ f: [3] })
    expect(refused(from, { f: 3.7 }).causedBy?.reason).toBe(
      '3.7 cannot be converted to Integer without data loss',
    )
    expect(refused(from, { f: '3' }).causedBy?.reason).toBe('Integer value passed as String')
  })

  it('go through the normalizer and its multi-fields, unless they are too long', () => {
    const from = mapping({
      k: {
        type: 'keyword',
        normalizer: 'lowercase',
        fields: { short: { type: 'keyword', ignore_above: 2 } },
      },
    })
    expect(values(from, { k: 'ABC' })).toEqual({ k: ['abc'] })
    expect(parsed(from, { k: ['ABC', 'X'] }).ignored).toEqual(['k.short'])
    expect(refused(from, { k: 'é'.repeat(20_000) }).causedBy?.reason).toContain('immense term')
  })

  it('are copied to other fields, dynamic ones too', () => {
    const from = mapping({
      a: { type: 'text', copy_to: ['all', 'new.one'] },
      all: { type: 'text', fields: { k: { type: 'keyword' } } },
    })
    const { texts, mapping: grown } = parsed(from, { a: ['x', 'y'] })
    expect(texts.map(({ field, texts: list }) => [field.paths, list])).toContainEqual([
      ['all', 'a'],
      ['x', 'y'],
    ])
    expect(grown.fields().get('new.one')?.text?.paths).toEqual(['new.one', 'a'])
  })

  it('of a constant_keyword are those of the first document, and of every later one', () => {
    const from = mapping({ c: { type: 'constant_keyword' } })
    const { mapping: grown } = parsed(from, { c: 'x' })
    expect(values(grown, {})).toEqual({ c: ['x'] })
    expect(refused(grown, { c: 'y' }).causedBy?.reason).toContain(
      'only accepts values that are equal',
    )
  })

  it('of a flattened field are its leaves with their keys', () => {
    const from = mapping({ f: { type: 'flattened', depth_limit: 3, ignore_above: 4 } })
    const document = '{"f":{"a":{"b":[1.0,{"c":true}]},"d":null,"e":"longer"}}'
    const result = parsed(from, document)
    expect(Object.values(result.values)).toEqual([['a.b\u00001.0', 'a.b.c\u0000true']])
    expect(result.ignored).toEqual(['f'])
    expect(refused(from, { f: { a: { b: { c: { d: 1 } } } } }).causedBy?.reason).toContain(
      'exceeds the maximum depth limit of [3]',
    )
    expect(refused(from, { f: { 'a\u0000': 1 } }).causedBy?.reason).toContain('reserved character')
  })
})

describe('nested objects', () => {
  it('stay together in one text, their words as tokens', () => {
    const from = mapping({
      n: {
        type: 'nested',
        properties: {
          k: { type: 'keyword' },
          t: { type: 'text', analyzer: 'standard' },
          deep: { type: 'nested', include_in_root: true, properties: { x: { type: 'long' } } },
        },
      },
    })
    const document = {
      n: [
        { k: ['a', 'b'], t: 'Big fox' },
        { k: 'c', deep: [{ x: 1 }, { x: 2 }] },
      ],
    }
    const found = values(from, document) as Readonly<Record<string, readonly string[]>>
    expect(JSON.parse(found.n?.[0] ?? '')).toEqual([
      { 'n.k': ['a', 'b'], 'n.t': ['\u0001\u0002big\u0003\u0001\u0002fox\u0003'] },
      { 'n.k': ['c'], 'n.deep': [{ 'n.deep.x': [1] }, { 'n.deep.x': [2] }] },
    ])
    expect(JSON.parse(found['n.deep']?.[0] ?? '')).toEqual([
      { 'n.deep.x': [1] },
      { 'n.deep.x': [2] },
    ])
    expect(found['n.deep.x']).toEqual([1, 2])
    expect(found['n.k']).toBeUndefined()
    expect(parsed(from, document).texts).toEqual([])
  })

  it('are limited in number, and are objects', () => {
    const from = mapping(
      { n: { type: 'nested' } },
      {},
      { 'index.mapping.nested_objects.limit': '2' },
    )
    expect(refused(from, { n: [{}, {}, {}] }).reason).toContain('exceeded the allowed limit of [2]')
    expect(refused(from, { n: 1 }).reason).toBe(
      '[1:6] object mapping for [n] tried to parse field [n] as object, but found a concrete value',
    )
  })
})

describe('a document', () => {
  it('tells which fields have several values, once', () => {
    const { mapping: grown } = parsed(mapping({}), { a: [1, 2], b: 1 })
    expect([...grown.fields().values()].map(({ isMulti }) => isMulti)).toEqual([true, false])
    expect(parsed(grown, { a: [3, 4] }).mapping).toBe(grown)
  })

  it.each(['[1]', '5', '"x"', 'null', '1.0', '{"a":', '', '{"a":tru}', '{"a":1} x'])(
    'is refused when it is %j',
    (source) => {
      expect(refused(mapping({}), source).status).toBe(400)
    },
  )

  it('cannot write to an alias', () => {
    const from = mapping({ k: { type: 'keyword' }, al: { type: 'alias', path: 'k' } })
    expect(refused(from, { al: 'x' }).reason).toBe('[1:7] Cannot write to a field alias [al].')
  })

  it('may be nested without end only where nothing looks into it', () => {
    const deep = `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`
    const lists = `{"k":${'['.repeat(5_000)}1${']'.repeat(5_000)}}`
    expect(refused(mapping({}), deep).reason).toContain('Limit of mapping depth [20]')
    expect(refused(mapping({ k: { type: 'long' } }), lists).reason).toContain(
      'maximum allowed nesting',
    )
    expect(parsed(mapping({ a: { enabled: false } }), deep).values).toEqual({})
  })

  it('never breaks or pollutes anything, whatever it is', () => {
    const key = fc.oneof(
      fc.constantFrom(
        'a',
        'b',
        'a.b',
        '__proto__',
        'constructor',
        'a.',
        '',
        ' ',
        '..',
        '_id',
        'toString',
      ),
      fc.string({ maxLength: 4 }),
    )
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, true, 0, -0, 1.5, 1e300, 2 ** 60, '2026-01-01', '5', ''),
        fc.string({ unit: 'binary', maxLength: 5 }),
        fc.array(tie('value'), { maxLength: 3 }),
        fc
          .array(fc.tuple(key, tie('value')), { maxLength: 3 })
          .map((entries) => Object.fromEntries(entries)),
      ),
    }))
    const document = fc.array(fc.tuple(key, value), { maxLength: 5 })
    fc.assert(
      fc.property(fc.array(document, { maxLength: 3 }), (documents) => {
        let current = mapping({ a: { type: 'long' }, b: { type: 'nested' } })
        for (const entries of documents) {
          const result = parseDocument(current, JSON.stringify(Object.fromEntries(entries)), {
            id: 'x',
          })
          if (result.ok) current = result.mapping
          else expect(result.failure.status).toBe(400)
        }
        const again = Mapping.restore(JSON.parse(JSON.stringify(current.state())), current.settings)
        expect(again.fields()).toEqual(current.fields())
        expect(Object.prototype).not.toHaveProperty('a')
      }),
      { numRuns: 1_000 },
    )
  })
})
