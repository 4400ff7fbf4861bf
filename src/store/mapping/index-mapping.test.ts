import { describe, expect, it } from 'vitest'
import { SearchFailure } from '../search-failure.ts'
import { Mapping } from './index-mapping.ts'
import { mappingSettings } from './mapping-settings.ts'

type Json = Readonly<Record<string, unknown>>

const settings = mappingSettings({ 'index.analysis.normalizer.low.filter': 'lowercase' })

function mapping(properties: Json): Mapping {
  return Mapping.parse({ properties }, settings)
}

function failure(make: () => unknown): { type: string; reason: string; cause: unknown } {
  try {
    make()
  } catch (error) {
    if (!(error instanceof SearchFailure)) throw error
    const { type, reason, causedBy } = error.details
    return { type, reason, cause: causedBy }
  }
  throw new Error('nothing was refused')
}

describe('a mapping', () => {
  it('is answered without what holds anyway, sorted by name', () => {
    const json = {
      dynamic: 'strict',
      _meta: { owner: 'x' },
      date_detection: 'false',
      properties: {
        b: { type: 'keyword', ignore_above: '5', index: 'true', doc_values: true },
        a: { type: 'text', fields: { raw: { type: 'keyword' } }, norms: 'false' },
        'o.p': { type: 'long', coerce: true },
        off: { enabled: 'false' },
        n: { type: 'nested', include_in_root: true, properties: { x: { type: 'ip' } } },
        alias: { type: 'alias', path: 'b' },
        copied: { type: 'text', copy_to: 'a' },
      },
    }
    expect(Mapping.parse(json, settings).toJson()).toEqual({
      dynamic: 'strict',
      _meta: { owner: 'x' },
      date_detection: false,
      properties: {
        a: { type: 'text', fields: { raw: { type: 'keyword' } }, norms: false },
        alias: { type: 'alias', path: 'b' },
        b: { type: 'keyword', ignore_above: 5 },
        copied: { type: 'text', copy_to: ['a'] },
        n: { type: 'nested', include_in_root: true, properties: { x: { type: 'ip' } } },
        o: { properties: { p: { type: 'long', coerce: true } } },
        off: { type: 'object', enabled: false },
      },
    })
  })

  it('lists its fields with what a search needs to know', () => {
    const made = mapping({
      title: { type: 'text', fields: { raw: { type: 'keyword', normalizer: 'low' } } },
      all: { type: 'text' },
      body: { type: 'text', copy_to: 'all', analyzer: 'whitespace' },
      price: { type: 'scaled_float', scaling_factor: 100, index: false },
      gone: { type: 'long', index: false, doc_values: false },
      n: { type: 'nested', properties: { when: { type: 'date', format: 'yyyy' } } },
      other: { type: 'alias', path: 'title.raw' },
    })
    const fields = made.fields()
    expect(fields.get('title.raw')).toMatchObject({
      type: 'keyword',
      valueType: 'keyword',
      parent: 'title',
      normalizer: 'low',
      isAlias: false,
    })
    expect(fields.get('other')).toMatchObject({
      name: 'other',
      type: 'keyword',
      parent: 'title.raw',
      number: fields.get('title.raw')?.number,
      isAlias: true,
    })
    expect(fields.get('all')?.text?.paths).toEqual(['all', 'body'])
    expect(fields.get('body')?.text).toMatchObject({
      analyzer: 'whitespace',
      searchAnalyzer: 'whitespace',
    })
    expect(fields.get('price')).toMatchObject({ valueType: 'double', searchable: true })
    expect(fields.get('gone')).toMatchObject({ valueType: undefined, searchable: false })
    expect(fields.get('n')).toMatchObject({ type: 'nested', aggregatable: false })
    expect(fields.get('n.when')).toMatchObject({ nestedIn: 'n', format: 'yyyy' })
    const marks = [...fields.values()].flatMap(({ text }) => text?.mark ?? [])
    expect(new Set(marks).size).toBe(marks.length)
  })

  it('keeps the numbers of its fields however it grows, and when it is made again', () => {
    const first = mapping({ b: { type: 'long' }, c: { type: 'text' } })
    const grown = first.merge({ properties: { a: { type: 'long' }, __proto__x: { type: 'ip' } } })
    const again = Mapping.restore(JSON.parse(JSON.stringify(grown.state())), settings)
    for (const [name, { number }] of first.fields()) {
      expect(grown.fields().get(name)?.number).toBe(number)
    }
    expect(again.fields()).toEqual(grown.fields())
    expect(again.toJson()).toEqual(grown.toJson())
  })

  it('takes more fields, multi-fields and what may change', () => {
    const made = mapping({ a: { type: 'keyword', ignore_above: 5 } })
      .merge({ properties: { a: { type: 'keyword', fields: { t: { type: 'text' } } } } })
      .merge({ dynamic: false, properties: { b: { type: 'long' } } })
    expect(made.toJson()).toEqual({
      dynamic: 'false',
      properties: { a: { type: 'keyword', fields: { t: { type: 'text' } } }, b: { type: 'long' } },
    })
  })

  it.each<[Json, Json, string, string]>([
    [
      { x: { type: 'long' } },
      { x: { type: 'keyword' } },
      'illegal_argument_exception',
      'mapper [x] cannot be changed from type [long] to [keyword]',
    ],
    [
      { 'a.x': { type: 'long' } },
      { 'a.x': { type: 'date' } },
      'illegal_argument_exception',
      'mapper [a.x] cannot be changed from type [long] to [date]',
    ],
    [
      { a: { type: 'long' } },
      { a: { properties: {} } },
      'illegal_argument_exception',
      "can't merge a non object mapping [a] with an object mapping",
    ],
    [
      { a: { type: 'nested' } },
      { a: { type: 'object' } },
      'illegal_argument_exception',
      "can't merge a non-nested mapping [a] with a nested mapping",
    ],
    [
      { a: { type: 'keyword' } },
      { a: { type: 'keyword', index: false } },
      'illegal_argument_exception',
      'Mapper for [a] conflicts with existing mapper:\n\tCannot update parameter [index] from [true] to [false]',
    ],
    [
      { a: { type: 'text', analyzer: 'simple' } },
      { a: { type: 'text' } },
      'illegal_argument_exception',
      'Mapper for [a] conflicts with existing mapper:\n\tCannot update parameter [analyzer] from [simple] to [default]',
    ],
    [
      { a: { type: 'object', enabled: false } },
      { a: { type: 'object' } },
      'mapper_exception',
      "the [enabled] parameter can't be updated for the object mapping [a]",
    ],
  ])('%j does not become %j', (before, after, type, reason) => {
    const made = mapping(before)
    expect(failure(() => made.merge({ properties: after }))).toMatchObject({ type, reason })
  })

  it.each<[Json, string]>([
    [{ a: { type: 'geo_point' } }, 'No handler for type [geo_point] declared on field [a]'],
    [{ a: { type: 'join' } }, 'No handler for type [join] declared on field [a]'],
    [{ a: { type: 'toString' } }, 'No handler for type [toString] declared on field [a]'],
    [{ a: {} }, 'No type specified for field [a]'],
    [{ a: 5 }, 'Expected map for property [fields] on field [a] but got a class java.lang.String'],
    [{ '': { type: 'long' } }, 'field name cannot be an empty string'],
    [{ '..': { type: 'long' } }, 'field name cannot contain only dots'],
    [{ 'o.a': { type: 'text', foo: 1 } }, 'unknown parameter [foo] on mapper [a] of type [text]'],
    [
      { a: { type: 'long', constructor: 1 } },
      'unknown parameter [constructor] on mapper [a] of type [long]',
    ],
    [
      { a: { type: 'long', script: 'x' } },
      'parameter [script] on mapper [a] of type [long] is not supported',
    ],
    [
      { a: { type: 'text', fielddata: true } },
      'parameter [fielddata] on mapper [a] of type [text] is not supported',
    ],
    [
      { a: { type: 'object', foo: 1 } },
      'Mapping definition for [a] has unsupported parameters:  [foo : 1]',
    ],
    [
      { a: { type: 'keyword', index: 'no' } },
      'Failed to parse value [no] as only [true] or [false] are allowed.',
    ],
    [
      { a: { type: 'text', analyzer: 'nope' } },
      'analyzer [nope] has not been configured in mappings',
    ],
    [{ a: { type: 'keyword', normalizer: 'nope' } }, 'normalizer [nope] not found for field [a]'],
    [{ a: { type: 'integer', null_value: 'x' } }, 'For input string: "x"'],
    [
      { a: { type: 'text', fields: { 'b.c': { type: 'keyword' } } } },
      "Field name [b.c] which is a multi field of [a] cannot contain '.'",
    ],
    [
      { a: { type: 'text', fields: { b: { type: 'nested' } } } },
      'Type [nested] cannot be used in multi field',
    ],
  ])('%j is refused', (properties, reason) => {
    expect(failure(() => mapping(properties))).toMatchObject({
      type: 'mapper_parsing_exception',
      reason: `Failed to parse mapping: ${reason}`,
      cause: { reason },
    })
  })

  it.each<[Json, string]>([
    [{ foo: 1 }, 'Root mapping definition has unsupported parameters:  [foo : 1]'],
    [{ properties: 5 }, 'properties must be a map type'],
    [{ _source: { enabled: false } }, '[_source] with [enabled] is not supported'],
    [{ dynamic: 'runtime' }, '[dynamic: runtime] is not supported'],
    [{ runtime: { a: { type: 'long' } } }, '[runtime] fields are not supported'],
    [
      { dynamic_templates: [{ t: { match: 'a' } }] },
      'template [t] must have either mapping or runtime set',
    ],
    [
      { dynamic_templates: [{ t: { match: 'a', mapping: { type: 'foo' } } }] },
      'dynamic template [t] has invalid content',
    ],
    [
      { dynamic_templates: [{ t: { match_pattern: 'regex', match: '(?=a)', mapping: {} } }] },
      'Pattern [(?=a)] of type [regex] is invalid',
    ],
  ])('%j is refused at its root', (json, reason) => {
    const found = failure(() => Mapping.parse(json, settings))
    expect(found.reason).toContain(`Failed to parse mapping: ${reason}`)
  })

  it.each<[Json, string]>([
    [
      { al: { type: 'alias', path: 'zz' } },
      'an alias must refer to an existing field in the mappings.',
    ],
    [{ al: { type: 'alias', path: 'al' } }, 'an alias cannot refer to itself.'],
    [
      { a: { type: 'text', copy_to: 'b' }, b: { properties: {} } },
      'Cannot copy to field [b] since it is mapped as an object',
    ],
    [
      {
        a: { type: 'text', copy_to: 'b.k' },
        b: { type: 'text', fields: { k: { type: 'keyword' } } },
      },
      '[copy_to] may not be used to copy to a multi-field: [b.k]',
    ],
  ])('%j leads nowhere', (properties, reason) => {
    expect(failure(() => mapping(properties)).reason).toContain(reason)
  })

  it('has limits for fields, depth and nested objects', () => {
    const many = (count: number, type: string) =>
      Object.fromEntries(Array.from({ length: count }, (_, place) => [`f${place}`, { type }]))
    expect(mapping(many(1_000, 'long')).fields().size).toBe(1_000)
    expect(failure(() => mapping(many(1_001, 'long'))).reason).toBe(
      'Limit of total fields [1000] has been exceeded',
    )
    expect(failure(() => mapping(many(51, 'nested'))).reason).toBe(
      'Limit of nested fields [50] has been exceeded',
    )
    const deep = (depth: number) => ({ [Array(depth).fill('a').join('.')]: { type: 'long' } })
    expect(mapping(deep(20)).fields().size).toBe(20)
    const path = Array(20).fill('a').join('.')
    expect(failure(() => mapping(deep(21))).reason).toBe(
      `Limit of mapping depth [20] has been exceeded due to object field [${path}]`,
    )
    expect(failure(() => mapping(deep(20_000))).reason).toContain('Limit of mapping depth [20]')
  })

  it('does not break on a mapping that is nested without end', () => {
    let json: Json = { type: 'long' }
    for (let depth = 0; depth < 50_000; depth++) json = { properties: { a: json } }
    expect(failure(() => Mapping.parse(json, settings)).reason).toContain('nested too deeply')
  })
})
