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

describe('fields that the mapping does not have', () => {
  it('are mapped by their first value', () => {
    const document =
      '{"l":1,"f":1.0,"e":1e3,"b":true,"t":"x","d":"2026-01-05","s":"2026/01/05","n":null,"m":[],"o":{},"p":{"q":[null,1]},"x.y":2,"num":"12","mix":[1,2.5]}'
    const { mapping: grown } = parsed(mapping({}), document)
    const string = { type: 'text', fields: { keyword: { type: 'keyword', ignore_above: 256 } } }
    expect(grown.toJson()).toEqual({
      properties: {
        b: { type: 'boolean' },
        d: { type: 'date' },
        e: { type: 'float' },
        f: { type: 'float' },
        l: { type: 'long' },
        mix: { type: 'long' },
        num: string,
        o: { type: 'object' },
        p: { properties: { q: { type: 'long' } } },
        s: { type: 'date', format: 'yyyy/MM/dd HH:mm:ss||yyyy/MM/dd||epoch_millis' },
        t: string,
        x: { properties: { y: { type: 'long' } } },
      },
    })
  })

  it('leave the mapping as it is when there are none', () => {
    const { mapping: grown } = parsed(mapping({}), { a: 1, o: { b: 'x' } })
    expect(parsed(grown, { a: 2, o: { b: 'y' }, n: null }).mapping).toBe(grown)
  })

  it('never lose a later document of another shape', () => {
    const { mapping: grown } = parsed(mapping({}), { n: 1, o: { a: 1 }, d: '2026-01-05', t: 'x' })
    const later = parsed(grown, { n: 'x', o: 5, d: 'soon', t: { a: 1 }, 'n.x': 1, ok: 1 })
    expect(later.ignored).toEqual(['n', 'o', 'd', 't'])
    expect(parsed(grown, '{"n":99999999999999999999}').ignored).toEqual(['n'])
    const again = Mapping.restore(grown.state(), grown.settings)
    expect(parsed(again, { n: 'x' }).ignored).toEqual(['n'])
    const defined = grown.merge({ properties: { n: { type: 'long' } } })
    expect(refused(defined, { n: 'x' }).reason).toContain(
      'failed to parse field [n] of type [long]',
    )
  })

  it('of a person lose what does not fit only with ignore_malformed', () => {
    const from = mapping({ a: { type: 'long', ignore_malformed: true }, b: { type: 'long' } })
    expect(parsed(from, { a: [1, 'x', 2] }).ignored).toEqual(['a'])
    const lenient = mapping(
      { b: { type: 'long' }, k: { type: 'keyword' } },
      {},
      { 'index.mapping.ignore_malformed': 'true' },
    )
    expect(parsed(lenient, { b: 'x' }).ignored).toEqual(['b'])
    expect(refused(lenient, { k: {} }).reason).toContain('[k] of type [keyword]')
  })

  it('are refused by dynamic: strict and left alone by dynamic: false', () => {
    const strict = mapping({ a: { properties: {} } }, { dynamic: 'strict' })
    expect(refused(strict, { z: null })).toEqual({
      type: 'strict_dynamic_mapping_exception',
      reason:
        '[1:6] mapping set to strict, dynamic introduction of [z] within [_doc] is not allowed',
      status: 400,
    })
    expect(refused(strict, { 'a.z': 1 }).reason).toContain('introduction of [z] within [a]')
    const off = mapping({ o: { type: 'object', dynamic: true } }, { dynamic: false })
    const { mapping: grown } = parsed(off, { a: 1, o: { b: 1 } })
    expect([...grown.fields().keys()]).toEqual(['o', 'o.b'])
    expect(
      parsed(mapping({ x: { enabled: false } }), { x: { a: 1, b: [{ c: 'x' }] } }).values,
    ).toEqual({})
  })

  it('follow the templates of the mapping', () => {
    const templates = [
      { s: { match_mapping_type: 'string', match: 's_*', mapping: { type: 'keyword' } } },
      { dt: { match: 'dt_*', unmatch: '*_no', mapping: { type: '{dynamic_type}', index: false } } },
      { d: { match_mapping_type: 'date', mapping: { meta: { of: '{name}' } } } },
      {
        p: {
          path_match: 'obj.*',
          match_mapping_type: ['long', 'double'],
          mapping: { type: 'float' },
        },
      },
      { n: { match_mapping_type: 'object', match: 'ns', mapping: { type: 'nested' } } },
      { r: { match_pattern: 'regex', match: '^r\\d+$', mapping: { type: 'keyword' } } },
    ]
    const from = mapping({}, { dynamic_templates: templates })
    const { mapping: grown } = parsed(from, {
      s_a: 'x',
      s_b: 1,
      dt_a: 'x',
      dt_b: true,
      dt_no: true,
      when: '2026/01/05',
      obj: { i: 1, t: 'x' },
      ns: [{ a: 1 }],
      r12: 'x',
      r1x: true,
    })
    const types = Object.fromEntries([...grown.fields()].map(([name, { type }]) => [name, type]))
    expect(types).toEqual({
      s_a: 'keyword',
      s_b: 'long',
      dt_a: 'text',
      dt_b: 'boolean',
      dt_no: 'boolean',
      when: 'date',
      obj: 'object',
      'obj.i': 'float',
      'obj.t': 'text',
      'obj.t.keyword': 'keyword',
      ns: 'nested',
      'ns.a': 'long',
      r12: 'keyword',
      r1x: 'boolean',
    })
    expect(grown.fields().get('dt_a')?.searchable).toBe(false)
    expect(grown.fields().get('dt_no')?.searchable).toBe(true)
    expect(grown.fields().get('when')).toMatchObject({
      meta: { of: 'when' },
      format: 'yyyy/MM/dd HH:mm:ss||yyyy/MM/dd||epoch_millis',
    })
  })

  it('are numbers or dates as the mapping wants them detected', () => {
    const numeric = mapping({}, { numeric_detection: true, date_detection: false })
    const own = mapping({}, { dynamic_date_formats: ['dd-MM-yyyy||yyyy'] })
    const types = (from: Mapping, document: Json) =>
      [...parsed(from, document).mapping.fields().values()].map(({ type }) => type)
    expect(types(numeric, { a: '5', b: '5.5' })).toEqual(['long', 'float'])
    expect(types(numeric, { d: '2026-01-05' })).toEqual(['text', 'keyword'])
    expect(types(own, { a: '05-01-2026' })).toEqual(['date'])
  })

  it('have a limit', () => {
    const from = mapping({ a: { type: 'long' } }, {}, { 'index.mapping.total_fields.limit': '2' })
    expect(refused(from, { b: 1, c: 1 })).toMatchObject({
      type: 'document_parsing_exception',
      reason:
        '[1:12] failed to parse: Limit of total fields [2] has been exceeded while adding new fields [1]',
    })
    const deep = mapping({}, {}, { 'index.mapping.depth.limit': '2' })
    expect(refused(deep, { a: { b: { c: 1 } } }).reason).toContain('due to object field [a.b]')
  })

  it.each([
    ['', '[1:2] failed to parse: field name cannot be an empty string'],
    [' ', '[1:2] Field name cannot contain only whitespace: [ ]'],
    ['.', '[1:2] failed to parse: field name cannot contain only dots'],
    ['.a', "[1:2] failed to parse: field name cannot contain only whitespace: ['.a']"],
    ['a..b', "[1:2] failed to parse: field name cannot contain only whitespace: ['a..b']"],
    [
      'a. .b',
      '[1:2] failed to parse: field name starting or ending with a [.] makes object resolution ambiguous: [a. .b]',
    ],
    [
      '_id',
      "[1:8] failed to parse field [_id] of type [_id] in document with id 'b'. Preview of field's value: '1'",
    ],
    ['_doc_count', '[1:15] failed to parse: [_doc_count] is not supported'],
  ])('may not be called %j', (name, reason) => {
    expect(refused(mapping({}), { [name]: 1 }).reason).toBe(reason)
  })
})
