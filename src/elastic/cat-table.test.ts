import { describe, expect, it } from 'vitest'
import { type CatColumn, catAnswer } from './cat-table.ts'

interface Row {
  readonly name: string
  readonly count: number
  readonly bytes: number | undefined
}

const COLUMNS: readonly CatColumn<Row>[] = [
  { name: 'name', aliases: 'n', description: 'its name', cell: ({ name }) => name },
  {
    name: 'docs.count',
    aliases: 'dc,docsCount',
    description: 'how many',
    alignRight: true,
    cell: ({ count }) => count,
  },
  {
    name: 'store.size',
    aliases: '',
    description: 'how large',
    alignRight: true,
    cell: ({ bytes }) => (bytes === undefined ? undefined : { bytes }),
  },
  {
    name: 'age',
    aliases: 'a',
    description: 'how old',
    isExtra: true,
    cell: () => ({ ms: 90_000 }),
  },
]
const ROWS: readonly Row[] = [
  { name: 'b', count: 9, bytes: 3_493 },
  { name: 'a', count: 10, bytes: undefined },
]

const body = (query: Record<string, string>) => catAnswer(COLUMNS, ROWS, query).body

describe('a _cat table', () => {
  it('is text with padded columns, with a head when asked', () => {
    expect(body({})).toBe('b  9 3.4kb\na 10      \n')
    expect(body({ v: '' })).toBe(
      'name docs.count store.size\nb             9      3.4kb\na            10           \n',
    )
  })

  it('shows the columns that are asked for, by name, short name or pattern', () => {
    expect(body({ h: 'dc,name' })).toBe(' 9 b\n10 a\n')
    expect(body({ h: 'd*,age', v: 'true' })).toBe(
      'docs.count age\n         9 1.5m\n        10 1.5m\n',
    )
    expect(body({ h: 'nothing,n' })).toBe('b\na\n')
  })

  it('is sorted by numbers as numbers', () => {
    expect(body({ s: 'docs.count', h: 'n' })).toBe('b\na\n')
    expect(body({ s: 'dc:desc', h: 'n' })).toBe('a\nb\n')
    expect(() => body({ s: 'nothing' })).toThrow('Unable to sort by unknown sort key `nothing`')
  })

  it('counts sizes and times in the unit asked for', () => {
    expect(body({ h: 'store.size', bytes: 'b' })).toBe('3493\n    \n')
    expect(body({ h: 'store.size', bytes: 'kb' })).toBe('3\n \n')
    expect(body({ h: 'a', time: 's' })).toBe('90\n90\n')
  })

  it('is JSON with texts as values, and null for what is empty', () => {
    expect(body({ format: 'json', h: 'n,store.size' })).toEqual([
      { n: 'b', 'store.size': '3.4kb' },
      { n: 'a', 'store.size': null },
    ])
  })

  it('explains its columns', () => {
    expect(body({ help: '' })).toContain('docs.count | dc,docsCount | how many \n')
  })
})
