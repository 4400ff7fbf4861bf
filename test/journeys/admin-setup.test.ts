import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { call } from '../support/admin-calls.ts'
import { type AdminServer, startAdminServer } from '../support/admin-server.ts'

let server: AdminServer
const send = (line: string, body?: unknown) => call(server, line, body)

beforeEach(async () => {
  server = await startAdminServer()
})
afterEach(() => server.close())

async function expectRefused(
  line: string,
  body: unknown,
  status: number,
  type: string,
  reason: string,
) {
  const answer = await send(line, body)
  expect([line, answer.status]).toEqual([line, status])
  expect(answer.json.error.root_cause[0].type).toBe(type)
  expect(answer.json.error.reason).toContain(reason)
}

describe('aliases', () => {
  const LOG = 'holysheep-events-2026.01.06'

  beforeEach(async () => {
    await send('PUT /a-1')
    await send('PUT /a-2')
  })

  it('are changed several at once, of both kinds of indices', async () => {
    const filter = { term: { model: 'a' } }
    const changed = await send('POST /_aliases', {
      actions: [
        { add: { index: 'a-1', alias: 'x1' } },
        { add: { indices: ['a-*', LOG], aliases: ['x2', 'x3'], filter, routing: '1' } },
      ],
    })
    await send('POST /_aliases', { actions: [{ remove: { index: 'a-1', alias: 'x3' } }] })
    expect(changed.json).toEqual({ acknowledged: true })
    const x2 = { x2: { filter, index_routing: '1', search_routing: '1' } }
    expect((await send('GET /_alias/x2')).json).toEqual({
      'a-1': { aliases: x2 },
      'a-2': { aliases: x2 },
      [LOG]: { aliases: x2 },
    })
    expect(Object.keys((await send('GET /x3')).json)).toEqual(['a-2', LOG])
    expect((await send('GET /a-1/_alias/x1,none')).json).toEqual({
      error: 'alias [none] missing',
      status: 404,
      'a-1': { aliases: { x1: {} } },
    })
  })

  it('are put and deleted one by one', async () => {
    await send('PUT /a-1/_alias/p1', { is_write_index: true })
    await send('POST /a-*/_alias/p2')
    await send('PUT /_alias/p3', { index: 'a-1' })
    const heads = ['/_alias/p1', '/a-2/_alias/p1', '/a-2/_alias/p2', '/_alias/p*'].map((path) =>
      send(`HEAD ${path}`),
    )
    expect((await Promise.all(heads)).map(({ status }) => status)).toEqual([200, 404, 200, 200])
    expect((await send('DELETE /a-1/_alias/p1,p3')).json).toEqual({ acknowledged: true })
    expect((await send('GET /a-1/_alias')).json).toEqual({ 'a-1': { aliases: { p2: {} } } })
    await expectRefused(
      'DELETE /a-1/_alias/p1',
      undefined,
      404,
      'aliases_not_found_exception',
      'aliases [p1] missing',
    )
  })

  it('come to log indices by templates, and go with them', async () => {
    await send('PUT /_index_template/logs', {
      index_patterns: ['holysheep-events-*'],
      template: { aliases: { events: {} } },
    })
    expect(Object.keys((await send('GET /events/_mapping')).json)).toHaveLength(2)
    await expectRefused(
      `DELETE /${LOG}/_alias/events`,
      undefined,
      400,
      'illegal_argument_exception',
      'comes from an index template',
    )
    await send('DELETE /_index_template/logs')
    expect((await send('HEAD /events')).status).toBe(404)
  })

  it.each([
    [{ actions: [] }, 400, 'illegal_argument_exception', 'No action specified'],
    [{ foo: [] }, 400, 'x_content_parse_exception', 'unknown field [foo]'],
    [{ actions: {} }, 400, 'x_content_parse_exception', 'actions'],
    [
      { actions: [{ foo: { index: 'a-1' } }] },
      400,
      'x_content_parse_exception',
      'unknown field [foo]',
    ],
    [{ actions: [{ add: { index: 'a-1' } }] }, 400, 'illegal_argument_exception', '[aliases]'],
    [{ actions: [{ add: { alias: 'x' } }] }, 400, 'illegal_argument_exception', '[indices]'],
    [
      { actions: [{ add: { index: 'a-1', alias: '' } }] },
      400,
      'illegal_argument_exception',
      "can't be empty",
    ],
    [
      { actions: [{ add: { index: 'a-1', alias: 'x', foo: 1 } }] },
      400,
      'x_content_parse_exception',
      '[add] unknown field [foo]',
    ],
    [
      { actions: [{ add: { index: 'none', alias: 'x' } }] },
      404,
      'index_not_found_exception',
      '[none]',
    ],
    [
      { actions: [{ add: { index: 'a-1', alias: 'A B' } }] },
      400,
      'invalid_alias_name_exception',
      'must not contain',
    ],
    [
      { actions: [{ remove: { index: 'a-1', alias: 'none', must_exist: true } }] },
      404,
      'resource_not_found_exception',
      'required alias [none] does not exist',
    ],
    [
      { actions: [{ remove_index: { index: 'none' } }] },
      404,
      'index_not_found_exception',
      '[none]',
    ],
  ])('are not changed by %j', (body, status, type, reason) =>
    expectRefused('POST /_aliases', body, status, type, reason),
  )

  it('take the place of an index that goes', async () => {
    await send('POST /_aliases', {
      actions: [
        { add: { index: 'a-1', alias: 'a-2' } },
        { remove_index: { index: 'a-2' } },
        { remove_index: { index: LOG } },
      ],
    })
    expect(Object.keys((await send('GET /a-2')).json)).toEqual(['a-1'])
    expect((await send(`HEAD /${LOG}`)).status).toBe(404)
  })
})

describe('templates', () => {
  const COMPONENT = {
    template: {
      settings: { refresh_interval: '9s' },
      mappings: { properties: { c: { type: 'keyword' } } },
      aliases: { ca: {} },
    },
    version: 3,
  }
  const TEMPLATE = {
    index_patterns: 't-*',
    template: {
      settings: { number_of_shards: 1, 'index.number_of_replicas': 0 },
      mappings: { properties: { k: { type: 'keyword' } } },
    },
    composed_of: ['c1'],
    priority: 10,
    _meta: { a: 'b' },
  }

  beforeEach(async () => {
    await send('PUT /_component_template/c1', COMPONENT)
    await send('PUT /_index_template/t1', TEMPLATE)
  })

  it('are shown as they were put, settings as texts', async () => {
    expect((await send('GET /_index_template/t*')).json).toEqual({
      index_templates: [
        {
          name: 't1',
          index_template: {
            ...TEMPLATE,
            index_patterns: ['t-*'],
            template: {
              settings: { index: { number_of_shards: '1', number_of_replicas: '0' } },
              mappings: TEMPLATE.template.mappings,
            },
          },
        },
      ],
    })
    const flat = await send('GET /_component_template/c1?flat_settings=true')
    expect(flat.json.component_templates[0].component_template.template.settings).toEqual({
      'index.refresh_interval': '9s',
    })
    const heads = ['_index_template/t1', '_index_template/t2', '_component_template/c1'].map(
      async (path) => (await send(`HEAD /${path}`)).status,
    )
    expect(await Promise.all(heads)).toEqual([200, 404, 200])
  })

  it('make indices, and say beforehand how', async () => {
    const simulated = await send('POST /_index_template/_simulate_index/t-5')
    expect(simulated.json).toEqual({
      template: {
        settings: {
          index: { refresh_interval: '9s', number_of_shards: '1', number_of_replicas: '0' },
        },
        mappings: { properties: { c: { type: 'keyword' }, k: { type: 'keyword' } } },
        aliases: { ca: {} },
      },
      overlapping: [],
    })
    await send('PUT /t-5')
    const { json } = await send('GET /t-5')
    expect(json['t-5'].mappings).toEqual(simulated.json.template.mappings)
    expect(json['t-5'].settings.index).toMatchObject(simulated.json.template.settings.index)
    const tried = await send('POST /_index_template/_simulate', {
      index_patterns: ['t-*'],
      priority: 50,
    })
    expect(tried.json.overlapping).toEqual([{ name: 't1', index_patterns: ['t-*'] }])
    expect((await send('POST /_index_template/_simulate_index/zzz')).json).toEqual({})
  })

  it('of old are kept beside the composable ones', async () => {
    await send('PUT /_template/l1?order=5', { index_patterns: ['l-*'], settings: { priority: 2 } })
    expect((await send('GET /_template/l1')).json).toEqual({
      l1: {
        order: 5,
        index_patterns: ['l-*'],
        settings: { index: { priority: '2' } },
        mappings: {},
        aliases: {},
      },
    })
    const none = await send('GET /_template/none')
    expect([none.status, none.json]).toEqual([404, {}])
    expect((await send('DELETE /_template/l1')).json).toEqual({ acknowledged: true })
  })

  it.each([
    ['PUT /_index_template/t1?create', TEMPLATE, 400, 'illegal_argument_exception', 'already'],
    ['PUT /_index_template/x', {}, 400, 'illegal_argument_exception', 'Required'],
    [
      'PUT /_index_template/x',
      { index_patterns: ['x'], foo: 1 },
      400,
      'x_content_parse_exception',
      'unknown field [foo]',
    ],
    [
      'PUT /_index_template/x',
      { index_patterns: ['t-*'], priority: 10 },
      400,
      'illegal_argument_exception',
      'same priority',
    ],
    ['PUT /_index_template/X', TEMPLATE, 400, 'invalid_index_template_exception', 'lower cased'],
    ['PUT /_index_template/x', undefined, 400, 'parse_exception', 'request body is required'],
    ['PUT /_component_template/c', {}, 400, 'illegal_argument_exception', 'Required [template]'],
    ['GET /_index_template/x', undefined, 404, 'resource_not_found_exception', '[x] not found'],
    ['DELETE /_index_template/t1,x', undefined, 404, 'index_template_missing_exception', '[x]'],
    ['DELETE /_component_template/c1', undefined, 400, 'illegal_argument_exception', 'in use'],
    ['DELETE /_template/x*', undefined, 404, 'index_template_missing_exception', '[x*]'],
    [
      'POST /_index_template/_simulate/x',
      undefined,
      400,
      'illegal_argument_exception',
      'does not exist',
    ],
  ])('%s %j is refused', expectRefused)
})

const SEED_POLICY = {
  policy: {
    phases: {
      hot: { min_age: '0ms', actions: { rollover: { max_size: '5gb', max_age: '1d' } } },
      delete: { min_age: '30d', actions: { delete: {} } },
    },
  },
}

describe('lifecycle policies', () => {
  const SEED_TEMPLATE = {
    index_patterns: ['holysheep-*'],
    template: {
      settings: {
        number_of_shards: 1,
        number_of_replicas: 0,
        'index.lifecycle.name': 'holysheep-logs-policy',
      },
    },
  }

  it('are taken as the first user sends them, and hold for his log indices', async () => {
    expect((await send('PUT /_ilm/policy/holysheep-logs-policy', SEED_POLICY)).json).toEqual({
      acknowledged: true,
    })
    expect((await send('PUT /_index_template/holysheep-template', SEED_TEMPLATE)).status).toBe(200)
    const { json } = await send('GET /_ilm/policy/holysheep-logs-policy')
    expect(json['holysheep-logs-policy']).toEqual({
      version: 1,
      modified_date: '2026-01-07T12:00:00.000Z',
      policy: SEED_POLICY.policy,
      in_use_by: {
        indices: [
          'holysheep-events-2026.01.05',
          'holysheep-events-2026.01.06',
          'holysheep-requests-2026.01.05',
          'holysheep-requests-2026.01.06',
        ],
        data_streams: [],
        composable_templates: ['holysheep-template'],
      },
    })
    const explained = await send('GET /holysheep-events-2026.01.06/_ilm/explain')
    expect(explained.json.indices['holysheep-events-2026.01.06']).toMatchObject({
      managed: true,
      policy: 'holysheep-logs-policy',
      age: '12h',
      phase: 'hot',
      phase_execution: { version: 1 },
    })
    await expectRefused(
      'DELETE /_ilm/policy/holysheep-logs-policy',
      undefined,
      400,
      'illegal_argument_exception',
      'in use by one or more indices',
    )
  })

  it('are explained, removed and deleted', async () => {
    await send('PUT /_ilm/policy/p', SEED_POLICY)
    await send('PUT /x-1', {
      settings: { 'index.lifecycle.name': 'p', 'index.lifecycle.rollover_alias': 'x' },
      aliases: { x: { is_write_index: true } },
    })
    const { json } = await send('GET /x-*/_ilm/explain?only_managed')
    expect(json.indices['x-1']).toMatchObject({ action: 'rollover', step: 'check-rollover-ready' })
    expect((await send('POST /x-1/_ilm/remove')).json).toEqual({
      has_failures: false,
      failed_indexes: [],
    })
    expect((await send('GET /x-1/_ilm/explain')).json.indices['x-1']).toEqual({
      index: 'x-1',
      managed: false,
    })
    expect((await send('DELETE /_ilm/policy/p')).json).toEqual({ acknowledged: true })
    expect((await send('GET /_ilm/policy/p')).status).toBe(404)
  })

  it('are carried out or not', async () => {
    expect((await send('GET /_ilm/status')).json).toEqual({ operation_mode: 'RUNNING' })
    await send('POST /_ilm/stop')
    expect((await send('GET /_ilm/status')).json).toEqual({ operation_mode: 'STOPPED' })
    await send('POST /_ilm/start')
    expect((await send('GET /_ilm/status')).json).toEqual({ operation_mode: 'RUNNING' })
  })

  const phases = (given: unknown) => ({ policy: { phases: given } })
  it.each([
    [{}, 'Required [policy]'],
    [{ policy: {} }, 'Required [phases]'],
    [{ policy: { phases: {}, foo: 1 } }, 'unknown field [foo]'],
    [phases({ lukewarm: {} }), 'does not support phase [lukewarm]'],
    [phases({ hot: { min_age: 'x' } }), '[min_age] with value [x]'],
    [phases({ hot: { foo: 1 } }), 'unknown field [foo]'],
    [phases({ hot: { actions: { delete: {} } } }), 'invalid action [delete] defined in phase'],
    [phases({ delete: { actions: { rollover: {} } } }), 'invalid action [rollover]'],
    [phases({ hot: { actions: { searchable_snapshot: {} } } }), 'is not supported'],
    [phases({ hot: { actions: { rollover: { max_age: 'x' } } } }), '[max_age] with value [x]'],
    [phases({ hot: { actions: { rollover: {} } } }), 'At least one max_*'],
    [phases([]), 'phases'],
  ])('%j is refused', async (body, reason) => {
    const { status, json } = await send('PUT /_ilm/policy/p', body)
    expect(status).toBe(400)
    expect(json.error.reason).toContain(reason)
  })
})

describe('policies in the form of OpenSearch', () => {
  const POLICY = {
    policy: {
      description: 'thirty days',
      default_state: 'hot',
      states: [
        {
          name: 'hot',
          actions: [{ rollover: { min_index_age: '1d', min_size: '5gb' } }],
          transitions: [{ state_name: 'gone', conditions: { min_index_age: '30d' } }],
        },
        { name: 'gone', actions: [{ delete: {} }], transitions: [] },
      ],
      ism_template: [{ index_patterns: ['x-*'], priority: 5 }],
    },
  }
  const BASE = '/_plugins/_ism'

  it('are put, shown, changed with their sequence number, deleted', async () => {
    const put = await send(`PUT ${BASE}/policies/p`, POLICY)
    expect(put.status).toBe(201)
    expect(put.json).toMatchObject({ _id: 'p', _version: 1, _seq_no: 0, _primary_term: 1 })
    expect(put.json.policy.policy.states).toEqual(POLICY.policy.states)
    await expectRefused(
      `PUT ${BASE}/policies/p`,
      POLICY,
      409,
      'version_conflict_engine_exception',
      'version conflict',
    )
    const again = await send(`PUT ${BASE}/policies/p?if_seq_no=0&if_primary_term=1`, POLICY)
    expect([again.status, again.json._version]).toEqual([200, 2])
    const list = await send(`GET ${BASE}/policies`)
    expect(list.json).toMatchObject({ total_policies: 1, policies: [{ _id: 'p' }] })
    expect((await send(`DELETE ${BASE}/policies/p`)).json.result).toBe('deleted')
    expect((await send(`GET ${BASE}/policies/p`)).status).toBe(404)
    expect((await send(`DELETE ${BASE}/policies/p`)).json.result).toBe('not_found')
  })

  it('are carried out as phases', async () => {
    await send(`PUT ${BASE}/policies/p`, POLICY)
    expect((await send('GET /_ilm/policy/p')).json.p.policy.phases).toEqual({
      hot: { min_age: '0ms', actions: { rollover: { max_age: '1d', max_size: '5gb' } } },
      delete: { min_age: '30d', actions: { delete: {} } },
    })
  })

  it('hold for the indices that their template or a request names', async () => {
    await send(`PUT ${BASE}/policies/p`, POLICY)
    await send('PUT /x-1')
    await send('PUT /y-1')
    const before = await send(`GET ${BASE}/explain/*-1`)
    expect(before.json).toMatchObject({
      'x-1': { 'index.plugins.index_state_management.policy_id': 'p', enabled: true },
      'y-1': { 'index.plugins.index_state_management.policy_id': null, enabled: null },
      total_managed_indices: 1,
    })
    const added = await send(`POST ${BASE}/add/y-1`, { policy_id: 'p' })
    expect(added.json).toEqual({ updated_indices: 1, failures: false, failed_indices: [] })
    expect((await send(`GET ${BASE}/explain/y-1`)).json.total_managed_indices).toBe(1)
    expect((await send(`POST ${BASE}/add/y-1`, { policy_id: 'p' })).json.failures).toBe(true)
    expect((await send(`POST ${BASE}/remove/y-1`)).json.updated_indices).toBe(1)
    expect((await send(`POST ${BASE}/add/y-1`, { policy_id: 'none' })).status).toBe(404)
  })

  const states = (...given: unknown[]) => ({ policy: { default_state: 'a', states: given } })
  it.each([
    [{}, 'Required [policy]'],
    [{ policy: { foo: 1 } }, 'unknown field [foo]'],
    [states(), 'state [a] does not exist'],
    [states({ name: 'a', actions: [{ snapshot: {} }] }), '[snapshot] is not supported'],
    [states({ name: 'a', transitions: [{ state_name: 'a' }] }), 'lead back'],
    [states({ name: 'a', transitions: [{ state_name: 'b' }] }), 'state [b] does not exist'],
    [states({ name: 'a', transitions: [{ state_name: 'a', conditions: { cron: {} } }] }), '[cron]'],
    [states({ name: 'a', actions: [{ rollover: { foo: 1 } }] }), '[foo] of [rollover]'],
    [{ policy: { ...POLICY.policy, error_notification: {} } }, 'error_notification'],
  ])('%j is refused', async (body, reason) => {
    const { status, json } = await send(`PUT ${BASE}/policies/p`, body)
    expect(status).toBe(400)
    expect(json.error.reason).toContain(reason)
  })
})

describe('data streams', () => {
  beforeEach(async () => {
    await send('PUT /_index_template/ds', {
      index_patterns: ['ds-*'],
      data_stream: {},
      template: { settings: { number_of_replicas: 0 } },
    })
    await send('PUT /_data_stream/ds-a')
  })

  it('are shown with their indices, rolled over and deleted', async () => {
    expect((await send('POST /ds-a/_rollover')).json).toMatchObject({
      rolled_over: true,
      old_index: '.ds-ds-a-2026.01.07-000001',
      new_index: '.ds-ds-a-2026.01.07-000002',
    })
    const { json } = await send('GET /_data_stream/ds-*')
    expect(json.data_streams).toHaveLength(1)
    expect(json.data_streams[0]).toMatchObject({
      name: 'ds-a',
      timestamp_field: { name: '@timestamp' },
      indices: [
        { index_name: '.ds-ds-a-2026.01.07-000001' },
        { index_name: '.ds-ds-a-2026.01.07-000002' },
      ],
      generation: 2,
      status: 'GREEN',
      template: 'ds',
      hidden: false,
    })
    expect((await send('GET /_data_stream/_stats')).json).toMatchObject({
      data_stream_count: 1,
      backing_indices: 2,
    })
    expect(Object.keys((await send('GET /ds-a/_mapping')).json)).toHaveLength(2)
    expect((await send('DELETE /_data_stream/ds-a')).json).toEqual({ acknowledged: true })
    expect((await send('GET /_data_stream')).json).toEqual({ data_streams: [] })
  })

  it('are told apart from indices', async () => {
    expect((await send('GET /_resolve/index/*')).json.data_streams).toEqual([
      {
        name: 'ds-a',
        backing_indices: ['.ds-ds-a-2026.01.07-000001'],
        timestamp_field: '@timestamp',
      },
    ])
    const hidden = await send('GET /_resolve/index/ds*,.ds*')
    expect(hidden.json.indices).toEqual([
      {
        name: '.ds-ds-a-2026.01.07-000001',
        attributes: ['hidden', 'open'],
        data_stream: 'ds-a',
      },
    ])
  })

  it.each([
    ['PUT /_data_stream/ds-a', 400, 'resource_already_exists_exception', 'already exists'],
    ['PUT /_data_stream/nope', 400, 'illegal_argument_exception', 'no matching index template'],
    ['PUT /_data_stream/ds-B', 400, 'illegal_argument_exception', 'must be lowercase'],
    ['PUT /ds-c', 400, 'illegal_argument_exception', 'data streams only'],
    ['PUT /ds-a/_alias/x', 400, 'illegal_argument_exception', 'aliases of data streams'],
    ['DELETE /ds-a', 404, 'index_not_found_exception', '[ds-a]'],
    ['DELETE /.ds-ds-a-2026.01.07-000001', 400, 'illegal_argument_exception', 'write index'],
    ['GET /_data_stream/none', 404, 'index_not_found_exception', '[none]'],
    ['DELETE /_index_template/ds', 400, 'illegal_argument_exception', 'in use by'],
    ['POST /ds-a/_rollover/x', 400, 'illegal_argument_exception', 'may not be specified'],
  ])('%s is refused', (line, status, type, reason) =>
    expectRefused(line, undefined, status, type, reason),
  )
})
