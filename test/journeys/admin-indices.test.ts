import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { call } from '../support/admin-calls.ts'
import { type AdminServer, startAdminServer } from '../support/admin-server.ts'

describe('indices over HTTP', () => {
  let server: AdminServer
  const send = (line: string, body?: unknown) => call(server, line, body)

  beforeEach(async () => {
    server = await startAdminServer()
    await send('PUT /a-1')
    await send('PUT /a-2', {
      settings: { number_of_shards: 2, 'index.number_of_replicas': 0, refresh_interval: '5s' },
      mappings: {
        properties: {
          n: { type: 'integer' },
          o: { properties: { t: { type: 'text', fields: { keyword: { type: 'keyword' } } } } },
        },
      },
      aliases: { al: { filter: { term: { n: 1 } }, routing: 'r1' }, '<al-{now/d}>': {} },
    })
  })
  afterEach(() => server.close())

  it('are made, and shown with settings as texts', async () => {
    const made = await send('PUT /a-3?wait_for_active_shards=1')
    expect(made.json).toEqual({ acknowledged: true, shards_acknowledged: true, index: 'a-3' })
    const { json } = await send('GET /a-2')
    expect(json['a-2'].aliases).toEqual({
      al: { filter: { term: { n: 1 } }, index_routing: 'r1', search_routing: 'r1' },
      'al-2026.01.07': {},
    })
    expect(json['a-2'].settings.index).toEqual({
      creation_date: '1767787200000',
      number_of_replicas: '0',
      number_of_shards: '2',
      provided_name: 'a-2',
      refresh_interval: '5s',
      uuid: expect.stringMatching(/^[\w-]{22}$/),
      version: { created: '8500003' },
    })
    const flat = await send('GET /a-2?flat_settings=true&features=settings')
    expect(flat.json['a-2'].settings['index.number_of_shards']).toBe('2')
    expect(flat.json['a-2'].aliases).toEqual({})
  })

  it('of logs stand beside them', async () => {
    const { json } = await send('GET /holysheep-events-*,a-1')
    expect(Object.keys(json)).toEqual([
      'a-1',
      'holysheep-events-2026.01.05',
      'holysheep-events-2026.01.06',
    ])
    const log = json['holysheep-events-2026.01.06']
    expect(log.mappings.properties['@timestamp']).toEqual({ type: 'date' })
    expect(log.settings.index.number_of_replicas).toBe('0')
  })

  it.each([
    ['PUT /a-1', undefined, 400, 'resource_already_exists_exception', 'already exists'],
    ['PUT /A', undefined, 400, 'invalid_index_name_exception', 'must be lowercase'],
    ['PUT /_x', undefined, 400, 'invalid_index_name_exception', "must not start with '_'"],
    ['PUT /al', undefined, 400, 'invalid_index_name_exception', 'already exists as alias'],
    ['PUT /holysheep-events', undefined, 400, 'invalid_index_name_exception', 'exists as alias'],
    [
      'PUT /holysheep-x-2026.01.01',
      undefined,
      400,
      'illegal_argument_exception',
      'the name of a log index',
    ],
    ['PUT /b', { foo: 1 }, 400, 'parse_exception', 'unknown key [foo] for create index'],
    ['PUT /b', { settings: { foo: 1 } }, 400, 'illegal_argument_exception', '[index.foo]'],
    ['PUT /b', { mappings: [1] }, 400, 'parse_exception', 'key [mappings] must be an object'],
    ['PUT /b', { aliases: { 'a-1': {} } }, 400, 'invalid_alias_name_exception', 'same name'],
    ['PUT /b?foo=1', undefined, 400, 'illegal_argument_exception', 'parameter: [foo]'],
    ['PUT /b', '{"a', 400, 'json_parse_exception', 'not JSON'],
    ['GET /none', undefined, 404, 'index_not_found_exception', 'no such index [none]'],
    ['GET /_x', undefined, 400, 'invalid_index_name_exception', '[_x]'],
    ['GET /a-1?features=x', undefined, 400, 'illegal_argument_exception', 'features'],
    ['GET /a*?expand_wildcards=x', undefined, 400, 'illegal_argument_exception', '[x]'],
    ['DELETE /a-*', undefined, 400, 'illegal_argument_exception', 'Wildcard expressions'],
    ['DELETE /_all', undefined, 400, 'illegal_argument_exception', 'Wildcard expressions'],
    ['DELETE /none', undefined, 404, 'index_not_found_exception', '[none]'],
    ['DELETE /al', undefined, 400, 'illegal_argument_exception', 'matches an alias'],
    ['DELETE /holysheep-events', undefined, 400, 'illegal_argument_exception', 'an alias'],
    ['POST /_all/_close', undefined, 400, 'illegal_argument_exception', 'Wildcard expressions'],
    [
      'POST /holysheep-events/_close',
      undefined,
      400,
      'illegal_argument_exception',
      'cannot be closed',
    ],
    ['PUT /a-2/_mapping', { properties: { n: { type: 'keyword' } } }, 400, 'illegal', 'changed'],
    ['PUT /a-2/_mapping', { foo: 1 }, 400, 'mapper_parsing_exception', '[foo : 1]'],
    ['PUT /a-2/_mapping', { _doc: {} }, 400, 'illegal_argument_exception', 'Types cannot'],
    ['PUT /a-2/_mapping', undefined, 400, 'parse_exception', 'request body is required'],
    ['PUT /none*/_mapping', {}, 404, 'index_not_found_exception', '[none*]'],
    [
      'PUT /holysheep-events/_mapping',
      { properties: { zz: { type: 'long' } } },
      400,
      'illegal_argument_exception',
      'fixed mapping: [zz]',
    ],
    ['PUT /a-2/_settings', { number_of_shards: 3 }, 400, 'illegal', "Can't update non dynamic"],
    ['PUT /a-2/_settings', { 'index.foo': 1 }, 400, 'illegal_argument_exception', 'unknown'],
    ['PUT /a-2/_settings', {}, 400, 'action_request_validation_exception', 'no settings'],
    ['PUT /a-2/_settings', [], 400, 'parse_exception', 'object'],
    [
      'PUT /_settings',
      { refresh_interval: '9s' },
      400,
      'illegal_argument_exception',
      'is a log index',
    ],
  ])('%s %j is %d', async (line, body, status, type, reason) => {
    const answer = await send(line, body)
    expect([answer.status, answer.json.status]).toEqual([status, status])
    expect(answer.json.error.root_cause[0].type).toContain(type)
    expect(answer.json.error.reason).toContain(reason)
  })

  it('tell a method that is not offered from a path that is not', async () => {
    for (const line of [
      'POST /a-1',
      'PUT /_mapping',
      'DELETE /_cat/indices',
      'HEAD /a-1/_mapping',
    ]) {
      expect([line, (await send(line)).status]).toEqual([line, 405])
    }
    expect((await send('GET /a-1/_nothing')).json.error).toBe(
      'no handler found for uri [/a-1/_nothing] and method [GET]',
    )
  })

  it('exist or do not, without a body', async () => {
    const statuses = await Promise.all(
      ['a-1', 'al', 'none', 'none*', 'holysheep-events-2026.01.05'].map(async (name) => {
        const { status, text } = await send(`HEAD /${name}`)
        return [name, status, text]
      }),
    )
    expect(statuses).toEqual([
      ['a-1', 200, ''],
      ['al', 200, ''],
      ['none', 404, ''],
      ['none*', 200, ''],
      ['holysheep-events-2026.01.05', 200, ''],
    ])
  })

  it('get fields and show them one by one', async () => {
    const put = await send('PUT /a-*/_mapping', { properties: { k: { type: 'keyword' } } })
    expect(put.json).toEqual({ acknowledged: true })
    const whole = await send('GET /a-1/_mapping')
    expect(whole.json).toEqual({ 'a-1': { mappings: { properties: { k: { type: 'keyword' } } } } })
    const fields = await send('GET /a-2/_mapping/field/o.*,n')
    expect(fields.json['a-2'].mappings).toEqual({
      n: { full_name: 'n', mapping: { n: { type: 'integer' } } },
      'o.t': {
        full_name: 'o.t',
        mapping: { t: { type: 'text', fields: { keyword: { type: 'keyword' } } } },
      },
      'o.t.keyword': { full_name: 'o.t.keyword', mapping: { keyword: { type: 'keyword' } } },
    })
    expect((await send('GET /none*/_mapping/field/n')).status).toBe(404)
    const same = await send('PUT /holysheep-events/_mapping', {
      properties: { '@timestamp': { type: 'date' } },
    })
    expect(same.status).toBe(200)
  })

  it('get settings, lose them, and keep those they have', async () => {
    await send('PUT /a-2/_settings', { index: { refresh_interval: null } })
    await send('PUT /a-2/_settings?preserve_existing=true', {
      'index.number_of_replicas': 1,
      max_result_window: 100,
    })
    const { json } = await send('GET /a-2/_settings/index.max*,index.n*?flat_settings=true')
    expect(json['a-2'].settings).toEqual({
      'index.max_result_window': '100',
      'index.number_of_replicas': '0',
      'index.number_of_shards': '2',
    })
    const defaults = await send('GET /a-2/_settings/index.refresh_interval?include_defaults=true')
    expect(defaults.json['a-2']).toEqual({
      settings: {},
      defaults: { index: { refresh_interval: '1s' } },
    })
    expect((await send('GET /a-2/_settings/nothing')).json).toEqual({})
    const logs = await send('PUT /_settings', { number_of_replicas: 0 })
    expect(logs.status).toBe(200)
  })

  it('are closed, and refused until they are open again', async () => {
    const closed = await send('POST /a-1/_close')
    expect(closed.json).toEqual({
      acknowledged: true,
      shards_acknowledged: true,
      indices: { 'a-1': { closed: true } },
    })
    expect((await send('POST /a-1/_close')).json.indices).toEqual({})
    expect((await send('GET /a-1/_stats')).json.error.type).toBe('index_closed_exception')
    expect(Object.keys((await send('GET /a-*/_stats')).json.indices)).toEqual(['a-2'])
    expect((await send('PUT /a-1/_settings', { codec: 'best_compression' })).status).toBe(200)
    expect((await send('GET /_cat/indices/a-1?h=status,docs.count')).text).toBe('close \n')
    expect((await send('POST /a-1/_open')).json.acknowledged).toBe(true)
    expect((await send('GET /a-1/_stats')).status).toBe(200)
  })

  it('are deleted, by patterns only where the cluster allows that', async () => {
    expect((await send('DELETE /a-1,none')).status).toBe(404)
    expect((await send('DELETE /a-1,none?ignore_unavailable=true')).status).toBe(200)
    expect((await send('DELETE /holysheep-events-2026.01.05')).json).toEqual({ acknowledged: true })
    expect((await send('HEAD /holysheep-events-2026.01.05')).status).toBe(404)
    await send('PUT /_cluster/settings', {
      persistent: { 'action.destructive_requires_name': false },
    })
    expect((await send('DELETE /a-*,holysheep-events-*')).status).toBe(200)
    expect((await send('GET /_cat/indices?h=index')).text).toBe(
      'holysheep-requests-2026.01.05\nholysheep-requests-2026.01.06\n',
    )
  })

  it('take names that pollute nothing', async () => {
    await send('PUT /a-1/_mapping', '{"properties":{"__proto__":{"type":"keyword"}}}')
    await send('PUT /a-1/_settings', '{"__proto__":{"polluted":1},"index.priority":3}')
    const shown = await send('GET /a-1')
    expect(shown.status).toBe(200)
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
    expect((await send('PUT /__proto__')).status).toBe(400)
    expect((await send('GET /constructor,toString')).status).toBe(404)
    expect((await send('GET /_alias/__proto__')).status).toBe(404)
    expect((await send('GET /_ilm/policy/constructor')).status).toBe(404)
    expect((await send('GET /_index_template/__proto__')).status).toBe(404)
  })
})

describe('what indices hold', () => {
  let server: AdminServer
  const send = (line: string, body?: unknown) => call(server, line, body)

  beforeEach(async () => {
    server = await startAdminServer()
    await send('PUT /docs', { settings: { number_of_replicas: 0 } })
    server.write(
      ['1', '2'].map((id) => ({ action: 'index', index: 'docs', id, source: `{"n":${id}}` })),
    )
  })
  afterEach(() => server.close())

  it('is told by _stats, all together and each', async () => {
    const { json } = await send('GET /docs,holysheep-events-2026.01.06/_stats/docs,store')
    expect(json._shards).toEqual({ total: 2, successful: 2, failed: 0 })
    expect(json._all.total.docs).toEqual({ count: 5, deleted: 0 })
    expect(json.indices.docs.primaries.docs).toEqual({ count: 2, deleted: 0 })
    expect(json.indices.docs.total.store.size_in_bytes).toBeGreaterThan(0)
    expect(Object.keys(json.indices.docs.total)).toEqual(['docs', 'store'])
    const human = await send('GET /docs/_stats/store?human&level=cluster')
    expect(human.json._all.total.store.size).toMatch(/kb$/)
    expect(human.json.indices).toBeUndefined()
    expect((await send('GET /docs/_stats/nothing')).status).toBe(400)
    expect((await send('GET /docs/_stats?level=x')).status).toBe(400)
    expect((await send('GET /none*/_stats')).json._all).toEqual({ primaries: {}, total: {} })
  })

  it('is refreshed, and the rest of the maintenance acknowledged', async () => {
    for (const line of [
      'POST /docs/_refresh',
      'GET /docs/_refresh',
      'POST /docs/_flush?force=true',
      'POST /docs/_forcemerge?max_num_segments=1',
      'POST /docs/_cache/clear?query=true',
    ]) {
      const { json } = await send(line)
      expect([line, json]).toEqual([line, { _shards: { total: 1, successful: 1, failed: 0 } }])
    }
    expect(server.refreshed).toBe(2)
    expect((await send('GET /docs/_segments')).status).toBe(400)
    expect((await send('GET /docs/_recovery')).json).toEqual({})
    expect((await send('POST /none/_refresh')).status).toBe(404)
  })

  it('is rolled over when a condition is met', async () => {
    await send('PUT /ro-000001', { aliases: { ro: { is_write_index: true } } })
    const conditions = { max_docs: 1, max_age: '1d', max_size: '5gb' }
    const waiting = await send('POST /ro/_rollover', { conditions })
    expect(waiting.json).toEqual({
      acknowledged: false,
      shards_acknowledged: false,
      old_index: 'ro-000001',
      new_index: 'ro-000002',
      rolled_over: false,
      dry_run: false,
      conditions: { '[max_docs: 1]': false, '[max_age: 1d]': false, '[max_size: 5gb]': false },
    })
    server.write([{ action: 'index', index: 'ro-000001', id: '1', source: '{}' }])
    const dry = await send('POST /ro/_rollover?dry_run', { conditions })
    expect(dry.json).toMatchObject({ rolled_over: false, dry_run: true })
    expect(dry.json.conditions['[max_docs: 1]']).toBe(true)
    const least = await send('POST /ro/_rollover', { conditions: { ...conditions, min_docs: 2 } })
    expect(least.json.rolled_over).toBe(false)
    const done = await send('POST /ro/_rollover', { conditions, aliases: { extra: {} } })
    expect(done.json).toMatchObject({ acknowledged: true, rolled_over: true })
    expect((await send('GET /_alias/ro')).json).toEqual({
      'ro-000001': { aliases: { ro: { is_write_index: false } } },
      'ro-000002': { aliases: { ro: { is_write_index: true } } },
    })
    expect((await send('POST /ro/_rollover/ro-new')).json.new_index).toBe('ro-new')
  })

  it.each([
    ['/docs/_rollover', {}, 400, 'concrete index'],
    ['/none/_rollover', {}, 404, '[none]'],
    ['/holysheep-events/_rollover', {}, 400, 'roll over with the day'],
    ['/docs/_rollover', { foo: 1 }, 400, 'unknown field [foo]'],
    ['/docs/_rollover', { conditions: { foo: 1 } }, 400, 'unknown field [foo]'],
    ['/docs/_rollover', { conditions: { max_age: 'x' } }, 400, 'time value'],
    ['/docs/_rollover', { conditions: { max_size: 'x' } }, 400, 'size in bytes'],
    ['/docs/_rollover', { conditions: { max_docs: 'x' } }, 400, 'max_docs'],
    ['/docs/_rollover', { conditions: { min_docs: 1 } }, 400, 'max_*'],
  ])('refuses to roll over with %s %j', async (path, body, status, reason) => {
    const answer = await send(`POST ${path}`, body)
    expect(answer.status).toBe(status)
    expect(answer.json.error.reason).toContain(reason)
  })

  it('is analysed as the index does it', async () => {
    const plain = await send('POST /_analyze', { text: ['a B', 'c'], analyzer: 'standard' })
    expect(plain.json.tokens).toEqual([
      { token: 'a', start_offset: 0, end_offset: 1, type: '<ALPHANUM>', position: 0 },
      { token: 'b', start_offset: 2, end_offset: 3, type: '<ALPHANUM>', position: 1 },
      { token: 'c', start_offset: 4, end_offset: 5, type: '<ALPHANUM>', position: 2 },
    ])
    await send('PUT /docs/_mapping', { properties: { k: { type: 'keyword' } } })
    const whole = await send('POST /docs/_analyze', { field: 'k', text: 'A B' })
    expect(whole.json.tokens).toEqual([
      { token: 'A B', start_offset: 0, end_offset: 3, type: 'word', position: 0 },
    ])
    for (const [path, body, reason] of [
      ['/_analyze', {}, 'text is missing'],
      ['/_analyze', { text: 'x', analyzer: 'nope' }, 'failed to find global analyzer [nope]'],
      ['/_analyze', { text: 'x', field: 'k' }, 'requires an index'],
      ['/docs/_analyze', { text: '5', field: 'n' }, 'only supported on tokenized fields'],
      ['/_analyze', { text: 'x', foo: 1 }, 'unknown field [foo]'],
      ['/_analyze', { text: 1 }, 'text'],
    ] as const) {
      const { status, json } = await send(`POST ${path}`, body)
      expect(status).toBe(400)
      expect(json.error.reason).toContain(reason)
    }
  })
})
