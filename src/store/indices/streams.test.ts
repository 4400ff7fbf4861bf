import { expect, it } from 'vitest'
import { bad, good, NOON_MS, TestIndices } from './test-indices.ts'

const test = new TestIndices()

it('rolls an alias over to the next index', () => {
  good(
    test.indices.createIndex('log-000001', {
      aliases: { log: { is_write_index: true }, other: {} },
    }),
  )
  expect(good(test.indices.rollover('log', undefined, {}))).toEqual({
    oldIndex: 'log-000001',
    newIndex: 'log-000002',
  })
  expect(test.meta('log-000001').aliases).toEqual({ other: {}, log: { is_write_index: false } })
  expect(test.meta('log-000002').aliases).toEqual({ log: { is_write_index: true } })
  good(test.indices.rollover('log', 'zz', { aliases: { w: {} } }))
  expect(test.meta('zz').aliases).toEqual({ w: {}, log: { is_write_index: true } })
  expect(bad(test.indices.rollover('log', undefined, {})).reason).toBe(
    "index name [zz] does not match pattern '^.*-\\d+$'",
  )
  expect(bad(test.indices.rollover('none', undefined, {})).status).toBe(404)
  expect(bad(test.indices.rollover('zz', undefined, {})).reason).toBe(
    'rollover target is a [concrete index] but one of [alias,data_stream] was expected',
  )
  expect(bad(test.indices.rollover('log', 'log-000001', {})).type).toBe(
    'resource_already_exists_exception',
  )
})

it('moves an alias that only one index has when it is rolled over', () => {
  good(test.indices.createIndex('m-9', { aliases: { m: { search_routing: 's' } } }))
  expect(good(test.indices.rollover('m', undefined, {})).newIndex).toBe('m-000010')
  expect(test.meta('m-9').aliases).toEqual({})
  expect(test.meta('m-000010').aliases).toEqual({ m: { search_routing: 's' } })
  good(test.indices.updateAliases([{ kind: 'add', index: 'm-9', alias: 'm', meta: {} }]))
  expect(bad(test.indices.rollover('m', undefined, {})).reason).toBe(
    'rollover target [m] does not point to a write index',
  )
})

it('makes a data stream with its indices, and rolls it over', () => {
  expect(bad(test.indices.createDataStream('ds-1')).reason).toBe(
    'no matching index template found for data stream [ds-1]',
  )
  const template = {
    index_patterns: ['ds-*'],
    data_stream: {},
    template: { mappings: { properties: { n: { type: 'long' } } } },
  }
  good(test.indices.putTemplate('index', 't', template, false))
  expect(bad(test.indices.createIndex('ds-2', {})).reason).toContain(
    'because it matches with template [t] that creates data streams only',
  )
  good(test.indices.createDataStream('ds-1'))
  const first = '.ds-ds-1-2026.01.05-000001'
  expect(test.meta(first)).toMatchObject({
    dataStream: 'ds-1',
    settings: { 'index.hidden': 'true' },
    mappings: { properties: { '@timestamp': { type: 'date' }, n: { type: 'long' } } },
  })
  const write = (source: string) =>
    test.indices.write([{ action: 'create', index: first, id: undefined, source }])[0]!
  expect(write('{"n":1}')).toMatchObject({
    failure: { reason: 'data stream timestamp field [@timestamp] is missing' },
  })
  expect(write('{"n":1,"@timestamp":"2026-01-05T10:00:00Z"}').kind).toBe('created')
  const second = '.ds-ds-1-2026.01.05-000002'
  expect(good(test.indices.rollover('ds-1', undefined, {}))).toEqual({
    oldIndex: first,
    newIndex: second,
  })
  expect(test.indices.state()!.dataStreams).toEqual([
    {
      name: 'ds-1',
      timestampField: '@timestamp',
      indices: [first, second],
      generation: 2,
      template: 't',
      isHidden: false,
    },
  ])
  expect(bad(test.indices.deleteIndices([second])).reason).toBe(
    `index [${second}] is the write index for data stream [ds-1] and cannot be deleted`,
  )
  expect(bad(test.indices.createDataStream('ds-1')).type).toBe('resource_already_exists_exception')
  expect(bad(test.indices.deleteTemplates('index', ['t'])).reason).toContain(
    'in use by a data streams',
  )
  good(test.indices.deleteIndices([first]))
  good(test.indices.deleteDataStreams(['ds-1']))
  expect(test.indices.state()).toMatchObject({ dataStreams: [], indices: [] })
})

it('keeps policies with their version, those in use too', () => {
  good(test.indices.putPolicy('p', { phases: {} }))
  good(test.indices.putPolicy('p', { phases: { hot: {} } }))
  expect(test.indices.state()!.policies).toEqual({
    p: { policy: { phases: { hot: {} } }, version: 2, modifiedMs: NOON_MS },
  })
  good(test.indices.createIndex('a', { settings: { 'index.lifecycle.name': 'p' } }))
  expect(bad(test.indices.deletePolicy('p')).reason).toContain('in use by one or more indices: [a]')
  good(test.indices.deleteIndices(['a']))
  good(test.indices.deletePolicy('p'))
  expect(bad(test.indices.deletePolicy('p')).status).toBe(404)
})

it('has everything that was set up after a restart', () => {
  good(test.indices.putTemplate('index', 't', { index_patterns: ['ds-*'], data_stream: {} }, false))
  good(test.indices.putTemplate('component', 'c', { template: {} }, false))
  good(test.indices.putTemplate('legacy', 'l', { index_patterns: ['q*'] }, false))
  good(test.indices.putPolicy('p', { phases: {} }))
  good(test.indices.createDataStream('ds-1'))
  good(test.indices.createIndex('a', { aliases: { al: {} }, settings: { hidden: true } }))
  good(test.indices.setOpen(['a'], false))
  good(test.indices.updateAliases([{ kind: 'add', index: 'log', alias: 'x', meta: {} }]))
  const { version: _, ...before } = test.indices.state()!
  test.reopen()
  const { version, ...after } = test.indices.state()!
  expect(after).toEqual(before)
  expect(test.indices.state(version)).toBeUndefined()
})
