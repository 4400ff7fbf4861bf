import { expect, it } from 'vitest'
import { sql } from '../../store/index.ts'
import type { FieldReference, Schema } from '../schema.ts'
import { schemaLookup } from './field-lookup.ts'

function column(name: string, type: 'usd' | 'date' | 'keyword', searchable = true): FieldReference {
  const expression = sql`c1`
  const shape = { name, type, elastic: type, isList: false, expression, searchable }
  return {
    kind: 'column',
    ...shape,
    aggregatable: true,
    ...(type === 'date' && { format: 'yyyy' }),
  }
}

const REFERENCES: ReadonlyMap<string, FieldReference> = new Map([
  ['model', column('model', 'keyword')],
  ['hidden', column('hidden', 'keyword', false)],
  ['cost', column('cost', 'usd')],
  ['day', column('day', 'date')],
  ['attempts', { kind: 'object', name: 'attempts', fields: [] }],
  ['body', { kind: 'stored', name: 'body' }],
])

const SCHEMA: Schema = {
  kind: 'log',
  reference: (name) => REFERENCES.get(name) ?? { kind: 'unmapped', name },
  expand: () => [...REFERENCES.keys()],
  terms: () => [],
  nested: () => undefined,
}

it('knows what the fields of a schema take', () => {
  const { kindOf, dateFormatOf, expand } = schemaLookup(SCHEMA)
  expect(['model', 'cost', 'day', 'attempts', 'body', 'hidden', 'nope'].map(kindOf)).toEqual([
    'keyword',
    'double',
    'date',
    'other',
    'other',
    'other',
    undefined,
  ])
  expect(dateFormatOf?.('day')).toBe('yyyy')
  expect(dateFormatOf?.('model')).toBeUndefined()
  expect(expand('*')).toEqual(['model', 'cost', 'day'])
})
