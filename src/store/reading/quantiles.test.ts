import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ColumnStore } from '../writing/column-store.ts'
import { ColumnsReader } from './columns-reader.ts'
import { column, type Sql } from './sql.ts'

function recordsOf(values: readonly (number | null)[]): Sql {
  const list = values.map((value) => (value === null ? 'NULL' : `${value}::DOUBLE`)).join(', ')
  return { texts: [`SELECT unnest([${list || 'NULL::DOUBLE'}]) AS value`], holes: [] }
}

function expected(values: readonly (number | null)[], fraction: number): number | null {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b)
  if (sorted.length === 0) return null
  const place = fraction * (sorted.length - 1)
  const low = sorted[Math.floor(place)]!
  return low + (sorted[Math.ceil(place)]! - low) * (place - Math.floor(place))
}

describe('quantiles in two passes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quantiles-'))
  let store: ColumnStore
  let reader: ColumnsReader

  beforeAll(async () => {
    store = await ColumnStore.open({ folder, memoryMb: 64, threads: 1 })
    reader = new ColumnsReader(store)
  })
  afterAll(async () => {
    reader.close()
    await store.close()
    rmSync(folder, { recursive: true })
  })

  it('are those of the ordered values, whatever the values', async () => {
    const value = fc.oneof(
      fc.integer({ min: 0, max: 20 }),
      fc.double({ min: 0, max: 5_000, noNaN: true }),
      fc.double({ min: -10, max: 10, noNaN: true }),
      fc.constantFrom(0, 1e15, 1e17, null),
    )
    const fractions = fc.uniqueArray(fc.constantFrom(0, 0.01, 0.25, 0.5, 0.9, 0.999, 1), {
      minLength: 1,
    })
    await fc.assert(
      fc.asyncProperty(fc.array(value, { maxLength: 60 }), fractions, async (values, wanted) => {
        const found = await reader.quantiles(
          { records: recordsOf(values), input: column('value'), fractions: wanted },
          10_000,
        )
        for (const [place, fraction] of wanted.entries()) {
          const right = expected(values, fraction)
          if (right === null) expect(found[place]).toBeNull()
          else
            expect(found[place]).toBeCloseTo(right, 12 - Math.ceil(Math.log10(Math.abs(right) + 1)))
        }
      }),
      { numRuns: 150 },
    )
  })
})
