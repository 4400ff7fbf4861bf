import { expect, it } from 'vitest'
import { good, short, TestIndices } from './test-indices.ts'

const test = new TestIndices()

it('hands out each change once applied, and again until then', () => {
  const { uuid } = good(test.indices.createIndex('a', {}))
  expect(test.indices.changed()).toEqual([])
  test.write('index', '1', { n: 1 })
  test.write('index', '2', { n: 2 })
  test.write('index', '1', { n: 3 })
  expect(test.indices.changed()).toEqual([uuid])
  const changes = test.indices.changes(uuid, 10)!
  const column = changes.columns[0]!.name
  expect(changes).toMatchObject({
    upTo: 2,
    columns: [{ sqlType: 'BIGINT[]' }],
    rows: [
      { row: 1, id: '2', version: 1, values: { [column]: [2] } },
      { row: 2, id: '1', version: 2, values: { [column]: [3] } },
    ],
    gone: [{ row: 0, by: 2 }],
  })
  test.reopen()
  expect(test.indices.changes(uuid, 10)).toEqual(changes)
  test.indices.applied(uuid, 2)
  expect(test.indices.changes(uuid, 10)).toBeUndefined()
  expect(test.indices.changed()).toEqual([])
  expect(test.indices.sizes()).toMatchObject({ a: { documents: 2, deleted: 0 } })
})

it('hands changes out in parts', () => {
  const { uuid } = good(test.indices.createIndex('a', {}))
  for (let number = 0; number < 5; number++) test.write('index', `${number}`, {})
  test.write('index', '4', {})
  const seen: unknown[] = []
  for (;;) {
    const changes = test.indices.changes(uuid, 2)
    if (changes === undefined) break
    seen.push([changes.upTo, changes.rows.map(({ row }) => row), changes.gone])
    test.indices.applied(uuid, changes.upTo)
  }
  expect(seen).toEqual([
    [1, [0, 1], []],
    [3, [2, 3], []],
    [5, [5], [{ row: 4, by: 5 }]],
  ])
})

it('keeps replaced documents while a reader holds them', () => {
  const { uuid } = good(test.indices.createIndex('a', {}))
  test.write('index', '1', { n: 1 })
  test.indices.applied(uuid, test.indices.changes(uuid, 10)!.upTo)
  test.write('index', '1', { n: 2 })
  test.indices.changes(uuid, 10)
  test.indices.applied(uuid, 1, 0)
  expect(test.indices.sizes()).toMatchObject({ a: { documents: 1, deleted: 1 } })
  test.indices.applied(uuid, 1, 1)
  expect(test.indices.sizes()).toMatchObject({ a: { documents: 1, deleted: 0 } })
})

it('hands everything out again when the columns are lost or from another time', () => {
  const { uuid } = good(test.indices.createIndex('a', {}))
  test.write('index', '1', {})
  test.write('index', '2', {})
  test.indices.applied(uuid, test.indices.changes(uuid, 10)!.upTo)
  expect(test.indices.reconcile([[uuid, 1]])).toEqual([uuid])
  expect(test.indices.changed()).toEqual([])
  expect(test.indices.reconcile([[uuid, 0]])).toEqual([])
  expect(test.indices.changes(uuid, 10)?.rows).toHaveLength(2)
  test.indices.applied(uuid, 1)
  expect(
    test.indices.reconcile([
      [uuid, 7],
      ['gone-index', 1],
    ]),
  ).toEqual([])
  test.indices.applied(uuid, 1)
  expect(test.indices.reconcile([])).toEqual([])
  expect(test.indices.changed()).toEqual([uuid])
})

it('keeps more indices than files open', () => {
  for (let number = 0; number < 100; number++) good(test.indices.createIndex(`i${number}`, {}))
  const write100 = () =>
    test.indices.write(
      Array.from({ length: 300 }, (_, number) => ({
        action: 'index' as const,
        index: `i${number % 100}`,
        id: `${number}`,
        source: `{"n":${number}}`,
      })),
    )
  expect(write100().every(({ kind }) => kind === 'created')).toBe(true)
  test.reopen()
  expect(write100().every(({ kind }) => kind === 'updated')).toBe(true)
  expect(test.indices.changed()).toHaveLength(100)
  expect(test.indices.current('i7', ['107'])[0]).toMatchObject({ version: 2, source: '{"n":107}' })
})

it('tells once which indices were deleted, and leaves none of their documents', () => {
  const { uuid } = good(test.indices.createIndex('a', {}))
  test.write('index', '1', {})
  good(test.indices.deleteIndices(['a']))
  expect(test.indices.dropped()).toEqual([uuid])
  expect(test.indices.dropped()).toEqual([])
  expect(test.indices.changes(uuid, 10)).toBeUndefined()
  good(test.indices.createIndex('a', {}))
  expect(short(test.write('index', '1', {}))).toEqual(['created', 1, 0])
})
