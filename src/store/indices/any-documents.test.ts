import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ColumnStore } from '../writing/column-store.ts'
import { IndexColumns } from './index-columns.ts'
import { indexDatabaseName } from './index-columns-schema.ts'
import { StoredIndices } from './stored-indices.ts'

const clock = { nowMs: () => 1000, monotonicMs: () => 0 }

const MAPPINGS = {
  properties: {
    text: { type: 'text', fields: { raw: { type: 'keyword', ignore_above: 10 } } },
    keyword: { type: 'keyword' },
    long: { type: 'long', ignore_malformed: true },
    unsigned: { type: 'unsigned_long', ignore_malformed: true },
    byte: { type: 'byte', ignore_malformed: true },
    double: { type: 'double', ignore_malformed: true },
    scaled: { type: 'scaled_float', scaling_factor: 100, ignore_malformed: true },
    boolean: { type: 'boolean', ignore_malformed: true },
    date: { type: 'date', ignore_malformed: true },
    nanos: { type: 'date_nanos', ignore_malformed: true },
    ip: { type: 'ip', ignore_malformed: true },
    flat: { type: 'flattened' },
    nested: { type: 'nested', properties: { a: { type: 'keyword' }, t: { type: 'text' } } },
    copied: { type: 'keyword', copy_to: ['text'] },
    wildcard: { type: 'wildcard' },
    off: { type: 'object', enabled: false },
  },
}

const scalar = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.integer(),
  fc.double(),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '2026-01-05T10:00:00.123456789Z',
    '::1',
    '10.0.0.1',
    'true',
    '1e400',
    '-0',
    'NaN',
  ),
)
const leaf = fc.oneof(scalar, fc.array(scalar, { maxLength: 4 }))
const inner = fc.oneof(leaf, fc.dictionary(fc.string(), leaf, { maxKeys: 4 }))
const name = fc.oneof(
  fc.constantFrom(...Object.keys(MAPPINGS.properties)),
  fc.constantFrom('__proto__', 'constructor', 'a.b', '.', '', ' ', 'é', '_id', 'toString'),
  fc.string(),
)
const document = fc.dictionary(name, inner, { maxKeys: 8 })

/** JSON with whole numbers of any size. */
function jsonOf(value: unknown): string {
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return `[${value.map(jsonOf).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(
    ([key, item]) => `${JSON.stringify(key)}:${jsonOf(item)}`,
  )
  return `{${members.join(',')}}`
}

it('takes any document or refuses it with 400, and what it took can be found by every column', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bellwether-any-'))
  const indices = new StoredIndices(folder, clock)
  const store = await ColumnStore.open({ folder, memoryMb: 384, threads: 1 })
  const columns = await IndexColumns.open(store)
  const created = indices.createIndex('a', { mappings: MAPPINGS })
  const { uuid } = created.ok ? created.value : expect.fail('no index')
  let taken = 0
  const property = fc.asyncProperty(
    fc.array(document, { minLength: 1, maxLength: 10 }),
    async (list) => {
      const sources = list.map(jsonOf)
      const outcomes = indices.write(
        sources.map((source) => ({ action: 'index', index: 'a', id: undefined, source })),
      )
      for (const outcome of outcomes) {
        if (outcome.kind === 'failed') expect(outcome.failure.status).toBe(400)
        else taken++
      }
      const stored = indices.current(
        'a',
        outcomes.map(({ id }) => id ?? ''),
      )
      for (const [place, { kind }] of outcomes.entries()) {
        expect(stored[place]?.source).toBe(kind === 'failed' ? undefined : sources[place])
      }
      for (
        let changes = indices.changes(uuid, 100);
        changes !== undefined;
        changes = indices.changes(uuid, 100)
      ) {
        await columns.apply(structuredClone(changes), changes.upTo)
        indices.applied(uuid, changes.upTo)
      }
      expect(columns.tables()[0]?.rows ?? 0).toBe(taken)
    },
  )
  try {
    await fc.assert(property, { numRuns: 40 })
    const connection = await store.connect()
    const all = await connection.runAndReadAll(`SELECT * FROM ${indexDatabaseName(uuid)}.documents`)
    connection.closeSync()
    expect(all.getRowsJson()).toHaveLength(taken)
    expect(taken).toBeGreaterThan(20)
    expect(Object.keys({})).toEqual([])
    expect(({} as Record<string, unknown>).a).toBeUndefined()
  } finally {
    indices.close()
    await columns.close()
    await store.close()
    rmSync(folder, { recursive: true })
  }
}, 60_000)
