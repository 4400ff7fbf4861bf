import { expect, it } from 'vitest'
import type { DocumentWrite } from './document-write.ts'
import { good, short, TestIndices } from './test-indices.ts'

const test = new TestIndices()

it('gives versions and sequence numbers as Elasticsearch does', () => {
  good(test.indices.createIndex('a', {}))
  expect(short(test.write('index', '1', { a: 1 }))).toEqual(['created', 1, 0])
  expect(short(test.write('index', '1', { a: 2 }))).toEqual(['updated', 2, 1])
  expect(short(test.write('delete', '1'))).toEqual(['deleted', 3, 2])
  expect(short(test.write('delete', '1'))).toEqual(['not_found', 4, 3])
  expect(short(test.write('create', '1', { a: 3 }))).toEqual(['created', 5, 4])
  expect(short(test.write('delete', 'zz'))).toEqual(['not_found', 1, 5])
  expect(short(test.write('index', 'zz', {}))).toEqual(['created', 2, 6])
  expect(test.indices.current('a', ['1', 'none'])).toEqual([
    { id: '1', version: 5, seqNo: 4, primaryTerm: 1, source: '{"a":3}' },
    undefined,
  ])
})

it('refuses writes that come too late, in the words of Elasticsearch', () => {
  good(test.indices.createIndex('a', {}))
  test.write('index', '1', {})
  const conflict = (reason: string) => [409, `[1]: version conflict, ${reason}`]
  expect(short(test.write('create', '1', {}))).toEqual(
    conflict('document already exists (current version [1])'),
  )
  expect(short(test.write('index', '1', {}, { ifSeqNo: 5, ifPrimaryTerm: 1 }))).toEqual(
    conflict(
      'required seqNo [5], primary term [1]. current document has seqNo [0] and primary term [1]',
    ),
  )
  expect(short(test.write('index', '1', {}, { ifSeqNo: 0, ifPrimaryTerm: 1 }))).toEqual([
    'updated',
    2,
    1,
  ])
  const external = { versionType: 'external' } as const
  expect(short(test.write('index', '1', {}, { ...external, version: 2 }))).toEqual(
    conflict('current version [2] is higher or equal to the one provided [2]'),
  )
  const gte = { versionType: 'external_gte' } as const
  expect(short(test.write('index', '1', {}, { ...gte, version: 1 }))).toEqual(
    conflict('current version [2] is higher than the one provided [1]'),
  )
  expect(short(test.write('index', '1', {}, { ...gte, version: 9 }))).toEqual(['updated', 9, 2])
  expect(short(test.write('delete', '1', undefined, { ...external, version: 12 }))).toEqual([
    'deleted',
    12,
    3,
  ])
  expect(short(test.write('index', '1', {}, { ...external, version: 11 }))).toEqual(
    conflict('current version [12] is higher or equal to the one provided [11]'),
  )
  expect(short(test.write('index', '1', {}, { ifSeqNo: 3, ifPrimaryTerm: 1 }))).toEqual(
    conflict('required seqNo [3], primary term [1]. but no document was found'),
  )
})

it('forgets the version of a document deleted a minute ago', () => {
  good(test.indices.createIndex('a', {}))
  test.write('index', '1', {})
  test.write('delete', '1')
  const { uuid } = test.indices.state()!.indices[0]!
  test.nowMs += 61_000
  test.indices.applied(uuid, test.indices.changes(uuid, 10)!.upTo)
  expect(short(test.write('index', '1', {}))).toEqual(['created', 1, 2])
})

it('lets operations of one call see each other', () => {
  good(test.indices.createIndex('a', {}))
  const of = (action: DocumentWrite['action'], source?: string) =>
    ({ action, index: 'a', id: 'b', ...(source !== undefined && { source }) }) as DocumentWrite
  const outcomes = test.indices.write([
    of('index', '{"q":1}'),
    of('create', '{"q":2}'),
    of('update', '{"doc":{"z":1}}'),
    of('delete'),
    of('delete'),
    of('update', '{"doc":{"z":1}}'),
    of('create', '{"q":2}'),
  ])
  expect(outcomes.map(short)).toEqual([
    ['created', 1, 0],
    [409, '[b]: version conflict, document already exists (current version [1])'],
    ['updated', 2, 1],
    ['deleted', 3, 2],
    ['not_found', 4, 3],
    [404, '[b]: document missing'],
    ['created', 5, 4],
  ])
  expect(test.indices.sizes()).toMatchObject({ a: { documents: 1 } })
})

it('updates parts of a document, keeps its routing and answers the whole', () => {
  good(test.indices.createIndex('a', {}))
  test.write('index', '1', '{"a":{"b":1.0}}', { routing: 'r' })
  expect(test.write('update', '1', { doc: { a: { c: 2 } } })).toMatchObject({
    kind: 'updated',
    version: 2,
    source: '{"a":{"b":1.0,"c":2}}',
  })
  expect(test.write('update', '1', { doc: { a: { c: 2 } } })).toMatchObject({
    kind: 'noop',
    version: 2,
    seqNo: 1,
  })
  expect(test.indices.current('a', ['1'])[0]).toMatchObject({ routing: 'r', seqNo: 1 })
  expect(short(test.write('update', '2', { doc: {}, upsert: { x: 1 } }))).toEqual(['created', 1, 2])
  expect(short(test.write('update', '3', { doc: { y: 1 }, doc_as_upsert: true }))).toEqual([
    'created',
    1,
    3,
  ])
})

it('makes ids of 20 URL-safe characters, each once', () => {
  good(test.indices.createIndex('a', {}))
  const operations = Array.from({ length: 500 }, () => ({
    action: 'index' as const,
    index: 'a',
    id: undefined,
    source: '{}',
  }))
  const ids = new Set(test.indices.write(operations).map(({ id }) => id))
  expect(ids.size).toBe(500)
  for (const id of ids) expect(id).toMatch(/^[\w-]{20}$/)
})

it.each([
  ['', {}, /^if _id is specified it must not be empty$/],
  ['1', { version: 3 }, /internal versioning can not be used for optimistic concurrency control/],
  ['1', { ifSeqNo: 3 }, /ifSeqNo is set, but primary term is \[0\];$/],
  [
    '1',
    { versionType: 'external' },
    /illegal version value \[-3\] for version type \[EXTERNAL\];$/,
  ],
] as const)('refuses id or versions of a request: %j %j', (id, more, reason) => {
  good(test.indices.createIndex('a', {}))
  expect(test.write('index', id, {}, more)).toMatchObject({
    kind: 'failed',
    failure: { status: 400, reason: expect.stringMatching(reason) },
  })
})

it('refuses ids of more than 512 bytes', () => {
  good(test.indices.createIndex('a', {}))
  expect(test.write('index', 'é'.repeat(257), {})).toMatchObject({
    failure: { reason: expect.stringContaining('must be no longer than 512 bytes but was: 514;') },
  })
  expect(test.write('index', 'é'.repeat(256), {})).toMatchObject({ kind: 'created' })
})

it.each([
  ['cut off', '{"a":'],
  ['a list', '[1]'],
  ['a number', '1'],
  ['empty', ''],
  ['null', 'null'],
  ['followed by more', '{"a":1}x'],
  ['nested without end', '{"a":'.repeat(100_000)],
  ['nested too deeply', `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`],
])('refuses a document that is %s', (_, source) => {
  good(test.indices.createIndex('a', {}))
  expect(test.write('index', '1', source)).toMatchObject({
    kind: 'failed',
    failure: { status: 400 },
  })
  expect(test.indices.current('a', ['1'])).toEqual([undefined])
  expect(short(test.write('index', '1', {}))).toEqual(['created', 1, 0])
})

it('grows the mapping with the documents, and keeps field numbers over a restart', () => {
  good(test.indices.createIndex('a', { mappings: { properties: { k: { type: 'keyword' } } } }))
  const before = test.indices.state()!
  test.write('index', '1', { k: 'x', title: 'some words', n: 5 })
  const grown = test.indices.state(before.version)!.indices[0]!
  expect(Object.keys(grown.mappings.properties as object)).toEqual(['k', 'n', 'title'])
  expect(grown.mappingVersion).toBeGreaterThan(before.indices[0]!.mappingVersion)
  test.reopen()
  const again = test.indices.state()!.indices[0]!
  const byName = ({ fields }: typeof again) => new Map(fields.map((field) => [field.name, field]))
  expect({ ...again, fields: byName(again) }).toEqual({ ...grown, fields: byName(grown) })
})

it('keeps nothing of a document that is refused after it would have grown the mapping', () => {
  good(test.indices.createIndex('a', { mappings: { properties: { n: { type: 'integer' } } } }))
  const { version } = test.indices.state()!
  expect(test.write('index', '1', { fresh: 1, n: 'x' })).toMatchObject({ kind: 'failed' })
  expect(test.indices.state(version)).toBeUndefined()
})

it('refuses writes to an index that is closed, blocked or missing', () => {
  good(test.indices.createIndex('a', {}))
  good(test.indices.putSettings(['a'], { blocks: { write: true } }))
  expect(short(test.write('delete', '1'))).toEqual([
    403,
    'index [a] blocked by: [FORBIDDEN/8/index write (api)];',
  ])
  good(test.indices.putSettings(['a'], { 'blocks.write': null }))
  good(test.indices.setOpen(['a'], false))
  expect(short(test.write('index', '1', {}))).toEqual([400, 'closed'])
  good(test.indices.setOpen(['a'], true))
  expect(short(test.write('index', '1', {}))).toEqual(['created', 1, 0])
  expect(short(test.write('index', '1', {}, { index: 'none' }))).toEqual([
    404,
    'no such index [none]',
  ])
})

it('keeps ids of any characters apart', () => {
  const { uuid } = good(test.indices.createIndex('a', {}))
  const ids = [
    'a',
    'a\u0000b',
    'a\u0000c',
    'a ',
    'A',
    'é',
    'e\u0301',
    "'; DROP TABLE docs; --",
    '🙂',
  ]
  for (const id of ids) expect(test.write('index', id, {})).toMatchObject({ kind: 'created', id })
  expect(test.indices.current('a', ids).map((found) => found?.id)).toEqual(ids)
  expect(test.indices.changes(uuid, 100)?.rows.map(({ id }) => id)).toEqual(ids)
})
