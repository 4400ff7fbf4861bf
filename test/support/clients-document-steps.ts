import { expect } from 'vitest'
import type { Answer } from './clients-node.ts'
import type { JourneyStep } from './clients-step.ts'

/** Writing, reading and changing single documents and many. */
export const DOCUMENT_STEPS: readonly JourneyStep[] = [
  {
    title: 'indexes with and without an id, and creates only what is new',
    async run(client) {
      const index = 'd-write'
      const made = await client.call('index', { index, id: '1' }, { n: 1 })
      expect(made).toMatchObject({ _id: '1', _version: 1, result: 'created', _primary_term: 1 })
      const again = await client.call('index', { index, id: '1' }, { n: 2 })
      expect(again).toMatchObject({ _id: '1', _version: 2, result: 'updated' })
      const auto = await client.call('index', { index }, { n: 3 })
      expect(auto).toMatchObject({ result: 'created' })
      expect(auto._id).toMatch(/^[\w-]{20}$/)
      const created = await client.call('create', { index, id: '2', refresh: true }, { n: 4 })
      expect(created).toMatchObject({ result: 'created', forced_refresh: true })
      const { status, body } = await client.refused('create', { index, id: '2' }, { n: 5 })
      expect(status).toBe(409)
      expect(body).toMatchObject({
        status: 409,
        error: {
          type: 'version_conflict_engine_exception',
          reason: '[2]: version conflict, document already exists (current version [1])',
        },
      })
      expect((await client.call('count', { index })).count).toBe(3)
    },
  },
  {
    title: 'gets documents by id, one and many, at once after they are written',
    async run(client) {
      const index = 'd-read'
      await client.call('index', { index, id: 'a' }, { n: 1, deep: { x: 'y', z: [1, 2] } })
      await client.call('index', { index, id: 'b' }, { n: 2 })
      const one = await client.call('get', { index, id: 'a' })
      expect(one).toMatchObject({ _index: index, found: true, _version: 1, _source: { n: 1 } })
      const part = await client.call('get', { index, id: 'a', _source_includes: 'deep.*' })
      expect(part._source).toEqual({ deep: { x: 'y', z: [1, 2] } })
      expect(await client.call('getSource', { index, id: 'b' })).toEqual({ n: 2 })
      expect(await client.call('exists', { index, id: 'a' })).toBe(true)
      expect(await client.call('exists', { index, id: 'x' })).toBe(false)
      const many = await client.call('mget', { index }, { ids: ['b', 'x', 'a'] })
      expect(many.docs.map(({ found }: Answer) => found)).toEqual([true, false, true])
      const listed = await client.call('mget', {}, { docs: [{ _index: index, _id: 'a' }] })
      expect(listed.docs).toMatchObject([{ _id: 'a', _source: { n: 1 } }])
      const missing = await client.refused('get', { index, id: 'x' })
      expect(missing).toEqual({ status: 404, body: { _index: index, _id: 'x', found: false } })
      const nowhere = await client.refused('get', { index: 'd-none', id: 'x' })
      expect(nowhere.status).toBe(404)
      expect(nowhere.body.error.type).toBe('index_not_found_exception')
    },
  },
  {
    title: 'updates with a part of a document, with upserts, and only what is unchanged',
    async run(client) {
      const index = 'd-update'
      const first = await client.call('index', { index, id: '1' }, { n: 1, keep: true })
      const doc = { n: 2, more: { a: 1 } }
      const updated = await client.call('update', { index, id: '1', _source: true }, { doc })
      expect(updated).toMatchObject({ result: 'updated', _version: 2 })
      expect(updated.get._source).toEqual({ n: 2, keep: true, more: { a: 1 } })
      expect(await client.call('update', { index, id: '1' }, { doc })).toMatchObject({
        result: 'noop',
        _version: 2,
      })
      const upserted = await client.call(
        'update',
        { index, id: '2' },
        { doc: { n: 9 }, upsert: { n: 1 } },
      )
      expect(upserted.result).toBe('created')
      await client.call('update', { index, id: '3' }, { doc: { n: 7 }, doc_as_upsert: true })
      expect((await client.call('mget', { index }, { ids: ['2', '3'] })).docs).toMatchObject([
        { _source: { n: 1 } },
        { _source: { n: 7 } },
      ])
      const missing = await client.refused('update', { index, id: 'x' }, { doc: { n: 1 } })
      expect(missing.status).toBe(404)
      expect(missing.body.error.type).toBe('document_missing_exception')
      const conditions = { if_seq_no: first._seq_no, if_primary_term: first._primary_term }
      const late = await client.refused('index', { index, id: '1', ...conditions }, { n: 3 })
      expect(late.status).toBe(409)
      expect(late.body.error.type).toBe('version_conflict_engine_exception')
      const now = { if_seq_no: updated._seq_no, if_primary_term: updated._primary_term }
      await client.call('index', { index, id: '1', ...now }, { n: 3 })
      expect(await client.call('delete', { index, id: '1' })).toMatchObject({ result: 'deleted' })
      const twice = await client.refused('delete', { index, id: '1' })
      expect(twice).toMatchObject({ status: 404, body: { result: 'not_found' } })
    },
  },
  {
    title: 'writes in bulk and is told item by item what failed',
    async run(client) {
      const index = 'd-bulk'
      const properties = { n: { type: 'integer' } }
      await client.call('indices.create', { index }, { mappings: { properties } })
      await client.call('index', { index, id: 'there' }, { n: 1 })
      const answer = await client.call('bulk', { index, refresh: true }, [
        { create: { _id: 'there' } },
        { n: 2 },
        { index: { _id: 'good' } },
        { n: 2 },
        { index: { _id: 'bad' } },
        { n: 'many' },
        { update: { _id: 'absent' } },
        { doc: { n: 3 } },
        { update: { _id: 'there', retry_on_conflict: 2 } },
        { doc: { n: 4 }, _source: ['n'] },
        { delete: { _id: 'absent' } },
        { index: {} },
        { n: 5 },
      ])
      expect(answer.errors).toBe(true)
      const items = answer.items.map((item: Answer) => Object.entries(item)[0])
      const told = items.map(([action, { status, error }]: Answer) => [action, status, error?.type])
      expect(told).toEqual([
        ['create', 409, 'version_conflict_engine_exception'],
        ['index', 201, undefined],
        ['index', 400, expect.stringMatching(/^(document|mapper)_parsing_exception$/)],
        ['update', 404, 'document_missing_exception'],
        ['update', 200, undefined],
        ['delete', 404, undefined],
        ['index', 201, undefined],
      ])
      expect(items[4][1].get._source).toEqual({ n: 4 })
      expect(items[2][1].error.reason).toContain("Preview of field's value: 'many'")
      expect((await client.call('count', { index })).count).toBe(3)
    },
  },
  {
    title: 'loads hundreds of documents with its helper, which hands over what was refused',
    async run(client) {
      const index = 'd-helper'
      const properties = { n: { type: 'integer' }, at: { type: 'date' } }
      await client.call('indices.create', { index }, { mappings: { properties } })
      const dropped: unknown[] = []
      const result = await client.helpers.bulk({
        datasource: Array.from({ length: 300 }, (_, n) => ({
          n: n === 77 ? 'seventy-seven' : n,
          at: new Date(Date.UTC(2026, 0, 1) + n * 60_000).toISOString(),
        })),
        flushBytes: 4_000,
        concurrency: 3,
        refreshOnCompletion: index,
        onDocument: ({ n }: { readonly n: unknown }) => ({ index: { _index: index, _id: `${n}` } }),
        onDrop: ({ document, status }: Answer) => dropped.push([status, document.n]),
      })
      expect(result).toMatchObject({ total: 300, successful: 299, failed: 1 })
      expect(dropped).toEqual([[400, 'seventy-seven']])
      expect((await client.call('count', { index })).count).toBe(299)
    },
  },
  {
    title: 'deletes and copies what a query finds',
    needs: ['by query'],
    async run(client) {
      const index = 'd-by-query'
      const operations = Array.from({ length: 20 }, (_, n) => [
        { index: { _id: `${n}` } },
        { n, kind: n % 2 === 0 ? 'even' : 'odd' },
      ]).flat()
      await client.call('bulk', { index, refresh: true }, operations)
      const copied = await client.call(
        'reindex',
        { refresh: true },
        {
          source: { index, query: { term: { 'kind.keyword': 'odd' } } },
          dest: { index: 'd-by-query-copy' },
        },
      )
      expect(copied).toMatchObject({ total: 10, created: 10, failures: [] })
      const deleted = await client.call(
        'deleteByQuery',
        { index, refresh: true, conflicts: 'proceed' },
        { query: { range: { n: { lt: 5 } } } },
      )
      expect(deleted).toMatchObject({ total: 5, deleted: 5, version_conflicts: 0, failures: [] })
      expect((await client.call('count', { index })).count).toBe(15)
      const touched = await client.call('updateByQuery', { index, refresh: true })
      expect(touched).toMatchObject({ total: 15, updated: 15 })
      expect((await client.call('get', { index, id: '7' }))._version).toBe(2)
      expect((await client.call('count', { index: 'd-by-query-copy' })).count).toBe(10)
    },
  },
]
