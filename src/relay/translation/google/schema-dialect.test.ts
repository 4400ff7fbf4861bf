import { describe, expect, it } from 'vitest'
import { toGoogleJsonSchema, toJsonSchema } from './schema-dialect.ts'

describe('schemas of Gemini callers', () => {
  it('become JSON Schema at every depth', () => {
    const schema = {
      type: 'OBJECT',
      description: 'A place',
      properties: {
        name: { type: 'STRING', format: 'enum', enum: ['Oslo', 'Rome'] },
        at: { type: 'STRING', format: 'date-time', example: '2025-01-01T00:00:00Z' },
        tags: { type: 'ARRAY', items: { type: 'STRING' }, minItems: '1', max_items: 3 },
        size: { any_of: [{ type: 'INTEGER', minimum: 0 }, { type: 'NUMBER' }] },
        other: { type: 'TYPE_UNSPECIFIED' },
      },
      required: ['name'],
    }
    expect(toJsonSchema(schema)).toEqual({
      type: 'object',
      description: 'A place',
      properties: {
        name: { type: 'string', enum: ['Oslo', 'Rome'] },
        at: { type: 'string', format: 'date-time', examples: ['2025-01-01T00:00:00Z'] },
        tags: { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: 3 },
        size: { anyOf: [{ type: 'integer', minimum: 0 }, { type: 'number' }] },
        other: {},
      },
      required: ['name'],
    })
  })

  it.each([
    [{ type: 'STRING', nullable: true }, { type: ['string', 'null'] }],
    [
      { type: 'STRING', enum: ['a'], nullable: true },
      { type: ['string', 'null'], enum: ['a', null] },
    ],
    [
      { anyOf: [{ type: 'STRING' }], nullable: true },
      { anyOf: [{ type: 'string' }, { type: 'null' }] },
    ],
    [{ type: 'STRING', nullable: false }, { type: 'string' }],
  ])('say null the way of JSON Schema: %j', (schema, expected) => {
    expect(toJsonSchema(schema)).toEqual(expected)
  })

  it('keep the order of properties that is asked for', () => {
    const schema = {
      properties: { a: {}, b: {}, c: {} },
      propertyOrdering: ['c', 'a', 'missing', 7],
    }
    const { properties, ...rest } = toJsonSchema(schema)
    expect(Object.keys(properties as object)).toEqual(['c', 'a', 'b'])
    expect(rest).toEqual({})
  })

  it('keep what is no schema as it is', () => {
    const odd = { type: 7, properties: [], anyOf: 'x', minItems: 'many', maxItems: { toString: 1 } }
    expect(toJsonSchema({ ...odd, items: null })).toEqual(odd)
  })
})

describe('schemas for Gemini', () => {
  it('say a constant as an enum of one, but not where it is a value or a name', () => {
    const schema = {
      properties: { const: { const: 'a' }, list: { items: { const: 1 }, default: { const: 2 } } },
      $defs: { b: { oneOf: [{ const: 'b' }, { const: true }] } },
    }
    expect(toGoogleJsonSchema(schema)).toEqual({
      properties: {
        const: { enum: ['a'] },
        list: { items: { enum: [1] }, default: { const: 2 } },
      },
      $defs: { b: { oneOf: [{ enum: ['b'] }, { const: true }] } },
    })
  })
})
