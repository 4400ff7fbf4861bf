import { DuckDBInstance } from '@duckdb/node-api'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rowId } from '../days/columns-schema.ts'
import { rowsCondition } from './row-set.ts'
import { renderSql } from './sql.ts'

const ROWS = 70_000

describe('the condition for a set of rows', () => {
  let instance: DuckDBInstance

  beforeAll(async () => {
    instance = await DuckDBInstance.create(':memory:')
    const connection = await instance.connect()
    await connection.run(
      `CREATE TABLE records AS SELECT j * ${rowId(1, 0)} + n AS row
       FROM range(1, 4) a(j), range(${ROWS}) b(n)`,
    )
    connection.closeSync()
  })
  afterAll(() => instance.closeSync())

  async function selected(rows: readonly number[]) {
    const connection = await instance.connect()
    const { text, values } = renderSql(rowsCondition(Float64Array.from(rows)))
    const found = await connection.runAndReadAll(
      `SELECT row FROM records WHERE ${text} ORDER BY row`,
      values.map(({ value, type }) => (type === 'long' ? BigInt(value) : value)),
    )
    connection.closeSync()
    return found.getRows().map(([row]) => Number(row))
  }

  it('selects these rows and no others, few or many, near or far, of several journals', async () => {
    const row = fc
      .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: ROWS - 1 }))
      .map(([journal, ordinal]) => rowId(journal, ordinal))
    const near = fc
      .tuple(row, fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { maxLength: 300 }))
      .map(([first, steps]) => steps.map((step) => first + step))
    const sets = fc.oneof(
      fc.uniqueArray(row, { maxLength: 30 }),
      fc.uniqueArray(row, { minLength: 150, maxLength: 400 }),
      near,
    )
    await fc.assert(
      fc.asyncProperty(sets, async (rows) => {
        const sorted = [...rows].sort((a, b) => a - b)
        const present = sorted.filter((one) => one % rowId(1, 0) < ROWS)
        expect(await selected(sorted)).toEqual(present)
      }),
      { numRuns: 60 },
    )
  })

  it('takes a whole range as a range', () => {
    const rows = Float64Array.from({ length: 50_000 }, (_, place) => rowId(2, 100 + place))
    const { text } = renderSql(rowsCondition(rows))
    expect(text).toBe('("row" BETWEEN $1 AND $2)')
  })
})
