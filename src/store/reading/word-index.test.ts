import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TEXT_SCHEMA } from '../days/text-schema.ts'
import { DOCUMENTS_SCHEMA } from '../indices/documents-schema.ts'
import type { TokenVisitor } from './segment-scan.ts'
import { WordIndex } from './word-index.ts'

const nothing = () => undefined

const token = fc.oneof(
  fc.constantFrom('pthe', 'pof', 'pa', 'pab', 'pabc', 'r中文', 'p~duong', '12:x', 'l=1'),
  fc.stringMatching(/^p[a-z]{1,3}$/),
  fc
    .string({ minLength: 1, maxLength: 60 })
    .map((text) => `p${text.replace(/[\0-@A-Z\x7f]/g, '')}`),
)
const record = fc.uniqueArray(token, { minLength: 1, maxLength: 12 })
/** Records of several transactions, each of which becomes a segment. */
const batches = fc.array(fc.array(record, { minLength: 1, maxLength: 40 }), {
  minLength: 1,
  maxLength: 6,
})

describe.each([
  ['a day', TEXT_SCHEMA],
  ['a document index', DOCUMENTS_SCHEMA],
])('the words in the file of %s', (_, schema) => {
  let database: DatabaseSync

  beforeEach(() => {
    database = new DatabaseSync(':memory:')
    for (const statement of schema) database.exec(statement)
  })
  afterEach(() => database.close())

  function insert(records: readonly (readonly string[])[], first: number): void {
    const statement = database.prepare('INSERT INTO words (rowid, tokens) VALUES (?, ?)')
    database.exec('BEGIN')
    for (const [place, tokens] of records.entries()) statement.run(first + place, tokens.join(' '))
    database.exec('COMMIT')
  }

  function matching(expression: string): number[] {
    const statement = database.prepare('SELECT rowid FROM words WHERE words MATCH ?')
    statement.setReturnArrays(true)
    return statement.all(expression).map((row) => Number((row as unknown as [number])[0]))
  }

  function all(prefix: string): Map<string, number[]> {
    const words = new WordIndex(database)
    words.refresh()
    const found = new Map<string, number[]>()
    let last = ''
    const visitor: TokenVisitor = {
      token(bytes, length) {
        last = Buffer.from(bytes.subarray(0, length)).toString()
        return 'take'
      },
      rows(rows) {
        found.set(
          last,
          [...(found.get(last) ?? []), ...rows].sort((a, b) => a - b),
        )
      },
    }
    words.scan(Buffer.from(prefix), visitor, nothing)
    return found
  }

  it('are read as SQLite itself finds them, whatever segments they lie in', () => {
    fc.assert(
      fc.property(batches, fc.boolean(), (records, merged) => {
        database.exec("INSERT INTO words (words) VALUES ('delete-all')")
        const expected = new Map<string, number[]>()
        let row = 0
        for (const batch of records) {
          insert(batch, row)
          for (const tokens of batch) {
            for (const one of tokens) expected.set(one, [...(expected.get(one) ?? []), row])
            row++
          }
        }
        if (merged) database.exec("INSERT INTO words (words) VALUES ('optimize')")
        expect(Object.fromEntries(all(''))).toEqual(Object.fromEntries(expected))
        const words = new WordIndex(database)
        words.refresh()
        for (const [one, rows] of expected) {
          expect([...words.rows(Buffer.from(one), nothing)]).toEqual(rows)
          expect(matching(`"${one.replaceAll('"', '""')}"`)).toEqual(rows)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('are read where a word has rows on many pages, with others around it', () => {
    const first = 3 * 2 ** 40
    const rows = Array.from({ length: 30_000 }, (_, place) => first + place * 3)
    const statement = database.prepare('INSERT INTO words (rowid, tokens) VALUES (?, ?)')
    database.exec('BEGIN')
    for (const [place, row] of rows.entries()) {
      statement.run(row, `pa pthe pn${place % 5000} ${place % 2 === 0 ? 'pz' : 'pother'}`)
    }
    database.exec('COMMIT')
    for (const step of ['as written', 'merged']) {
      if (step === 'merged') database.exec("INSERT INTO words (words) VALUES ('optimize')")
      const words = new WordIndex(database)
      words.refresh()
      for (const one of ['pa', 'pn17', 'pother', 'pthe', 'pz']) {
        expect([...words.rows(Buffer.from(one), nothing)]).toEqual(matching(`"${one}"`))
      }
      expect(all('pn').size).toBe(5000)
      expect([...all('pth')]).toEqual([['pthe', rows]])
      expect([...words.rows(Buffer.from('pthf'), nothing)]).toEqual([])
      expect([...words.rows(Buffer.from('p'), nothing)]).toEqual([])
    }
  })

  it('end a scan at the moment that the check throws', () => {
    insert(
      Array.from({ length: 5000 }, (_, place) => [`pn${place}`]),
      0,
    )
    const words = new WordIndex(database)
    words.refresh()
    const tooLate = () => {
      throw new Error('too late')
    }
    expect(() => words.rows(Buffer.from('pn1'), tooLate)).toThrow('too late')
  })
})
