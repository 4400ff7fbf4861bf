import { expect, it } from 'vitest'
import { schemaExample } from './schema-example.ts'

it.each([
  [{ type: 'string' }, 'sample value'],
  [{ type: 'string', minLength: 15 }, 'sample value...'],
  [{ type: 'string', maxLength: 3 }, 'sam'],
  [{ type: 'string', format: 'date' }, '2025-01-02'],
  [{ type: ['null', 'integer'], minimum: 3 }, 3],
  [{ type: 'integer', exclusiveMinimum: 4, multipleOf: 3 }, 6],
  [{ type: 'number', maximum: -2 }, -2],
  [{ type: 'number', exclusiveMaximum: 1 }, 0.5],
  [{ type: 'boolean' }, true],
  [{ type: 'null' }, null],
  [{ const: 7 }, 7],
  [{ enum: ['b', 'a'] }, 'b'],
  [{ default: [], type: 'array' }, []],
  [{ anyOf: [{ type: 'null' }, { type: 'boolean' }] }, true],
  [{ type: 'array', items: { type: 'integer' }, minItems: 3 }, [1, 1, 1]],
  [{ prefixItems: [{ type: 'integer' }, { type: 'string' }], type: 'array' }, [1, 'sample value']],
  [{ type: 'OBJECT', properties: { a: { type: 'NUMBER' } } }, { a: 1 }],
  [
    { allOf: [{ properties: { a: { type: 'null' } } }, { properties: { b: { type: 'null' } } }] },
    { a: null, b: null },
  ],
])('fits %j with %j', (schema, value) => {
  expect(schemaExample(schema)).toEqual(value)
})

it('leaves out what is not required', () => {
  const properties = { a: { type: 'string' }, b: { type: 'string' } }
  expect(schemaExample({ properties, required: ['b'] })).toEqual({ b: 'sample b' })
})

it('follows references, and comes to an end in a schema that contains itself', () => {
  const node = {
    type: 'object',
    properties: {
      name: { $ref: '#/$defs/word' },
      children: { type: 'array', items: { $ref: '#/$defs/node' } },
    },
  }
  const schema = { $ref: '#/$defs/node', $defs: { node, word: { enum: ['leaf'] } } }
  const text = JSON.stringify(schemaExample(schema))
  expect(text).toContain('{"name":"leaf","children":[{"name":"leaf"')
  expect(text.length).toBeLessThan(1_000)
})

it.each([
  {},
  { type: 3, properties: null },
  { $ref: '#/nowhere' },
  { $ref: '#' },
  { enum: [] },
  { type: 'array', minItems: 1e9 },
  { properties: { ['__proto__']: { type: 'string' } } },
])('does not throw on %j', (schema) => {
  expect(() => JSON.stringify(schemaExample(schema))).not.toThrow()
})
