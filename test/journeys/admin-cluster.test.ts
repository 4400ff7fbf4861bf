import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { call } from '../support/admin-calls.ts'
import { type AdminServer, startAdminServer } from '../support/admin-server.ts'
import { anyDamaged } from '../support/any-json.ts'

describe('the cluster', () => {
  let server: AdminServer
  const send = (line: string, body?: unknown) => call(server, line, body)

  beforeAll(async () => {
    server = await startAdminServer()
    await send('PUT /one', { settings: { number_of_replicas: 0 } })
    await send('PUT /two', { settings: { number_of_shards: 2, number_of_replicas: 1 } })
  })
  afterAll(() => server.close())

  it('is as healthy as its indices', async () => {
    const { json } = await send('GET /_cluster/health')
    expect(json).toMatchObject({
      status: 'yellow',
      timed_out: false,
      number_of_nodes: 1,
      active_primary_shards: 7,
      active_shards: 7,
      unassigned_shards: 2,
    })
    const one = await send('GET /_cluster/health/one,holysheep-*')
    expect(one.json).toMatchObject({ status: 'green', active_shards_percent_as_number: 100 })
    const levels = await send('GET /_cluster/health/two?level=shards')
    expect(levels.json.indices.two).toMatchObject({
      status: 'yellow',
      number_of_shards: 2,
      number_of_replicas: 1,
      shards: { 0: { status: 'yellow', active_shards: 1, unassigned_shards: 1 }, 1: {} },
    })
  })

  it.each([
    ['wait_for_status=yellow', 200],
    ['wait_for_status=green&timeout=50ms', 408],
    ['wait_for_nodes=1', 200],
    ['wait_for_nodes=>=2&timeout=1s', 408],
    ['wait_for_nodes=ge(1)', 200],
    ['wait_for_active_shards=99', 408],
    ['wait_for_active_shards=all', 408],
    ['wait_for_events=languid&wait_for_no_relocating_shards=true', 200],
    ['wait_for_status=blue', 400],
    ['wait_for_events=x', 400],
    ['wait_for_nodes=x', 400],
    ['level=x', 400],
    ['timeout=x', 400],
    ['foo=1', 400],
  ])('waited for with %s answers %d', async (parameters, status) => {
    const answer = await send(`GET /_cluster/health?${parameters}`)
    expect(answer.status).toBe(status)
    if (status === 408) expect(answer.json.timed_out).toBe(true)
  })

  it('is red while an index that is asked for is missing', async () => {
    const { status, json } = await send('GET /_cluster/health/one,none')
    expect([status, json.status, json.timed_out]).toEqual([408, 'red', true])
    expect((await send('GET /_cluster/health/none*')).json.status).toBe('green')
  })

  it('keeps settings that do no harm and refuses others', async () => {
    const put = await send('PUT /_cluster/settings', {
      persistent: { cluster: { routing: { allocation: { enable: 'all' } } } },
      transient: { 'logger.org': 'DEBUG' },
    })
    expect(put.json).toEqual({
      acknowledged: true,
      persistent: { cluster: { routing: { allocation: { enable: 'all' } } } },
      transient: { logger: { org: 'DEBUG' } },
    })
    const flat = await send('GET /_cluster/settings?flat_settings=true&include_defaults=true')
    expect(flat.json.persistent).toEqual({ 'cluster.routing.allocation.enable': 'all' })
    expect(flat.json.defaults['action.destructive_requires_name']).toBe('true')
    await send('PUT /_cluster/settings', {
      persistent: { 'cluster.*': null },
      transient: { '*': null },
    })
    expect((await send('GET /_cluster/settings')).json).toEqual({ persistent: {}, transient: {} })
    for (const body of [{}, { persistent: { foo: 1 } }, { persistent: 1 }, { foo: {} }]) {
      expect([body, (await send('PUT /_cluster/settings', body)).status]).toEqual([body, 400])
    }
  })

  it('tells its state, or the parts asked for', async () => {
    const { json } = await send('GET /_cluster/state/metadata,routing_table/two')
    expect(json.metadata.indices.two).toMatchObject({ state: 'open', aliases: [] })
    expect(json.routing_table.indices.two.shards[1][0]).toMatchObject({
      state: 'STARTED',
      shard: 1,
      index: 'two',
    })
    expect(json.nodes).toBeUndefined()
    const whole = await send('GET /_cluster/state')
    expect(whole.json.master_node).toBe(Object.keys(whole.json.nodes)[0])
  })

  it('has one node, which tells of itself where clients look', async () => {
    const { json } = await send('GET /_nodes/http')
    const [node] = Object.values(json.nodes) as { http: { publish_address: string } }[]
    expect(`http://${node?.http.publish_address}`).toBe(server.url)
    expect((await send('GET /_nodes/_local')).json._nodes.total).toBe(1)
    expect((await send('GET /_nodes/other')).json._nodes.total).toBe(0)
    const stats = await send('GET /_nodes/stats/indices,jvm/docs')
    const [own] = Object.values(stats.json.nodes) as {
      indices: unknown
      jvm: { mem: { heap_used_percent: number } }
      os?: unknown
    }[]
    expect(own?.indices).toEqual({ docs: { count: 12, deleted: 0 } })
    expect(own?.jvm.mem.heap_used_percent).toBeGreaterThanOrEqual(0)
    expect(own?.os).toBeUndefined()
    expect((await send('GET /_nodes/stats/x')).status).toBe(400)
  })

  it.each([
    ['/_cluster/stats', 200, { indices: { count: 6, docs: { count: 12 } } }],
    ['/_cluster/pending_tasks', 200, { tasks: [] }],
    ['/_license', 200, { license: { status: 'active', type: 'basic' } }],
    ['/_xpack', 200, { license: { mode: 'basic' }, features: { ilm: { enabled: true } } }],
    ['/_tasks', 200, { nodes: {} }],
    ['/_remote/info', 200, {}],
    ['/_ingest/pipeline', 404, {}],
  ])('answers %s', async (path, status, part) => {
    const answer = await send(`GET ${path}`)
    expect(answer.status).toBe(status)
    expect(answer.json).toMatchObject(part)
  })

  it.each([
    'PUT /_ingest/pipeline/x',
    'GET /_scripts/x',
    'GET /_security/_authenticate',
    'PUT /_security/role/x',
    'POST /one/_shrink/x',
    'GET /_segments',
    'GET /_cat/segments',
  ])('refuses %s by name', async (line) => {
    const { status, json } = await send(line)
    expect(status).toBe(400)
    expect(json.error.reason).toContain('not supported')
  })

  it('resolves names to indices, aliases and streams', async () => {
    await send('PUT /one/_alias/uno')
    expect((await send('GET /_resolve/index/uno,two')).json).toEqual({
      indices: [{ name: 'two', attributes: ['open'] }],
      aliases: [{ name: 'uno', indices: ['one'] }],
      data_streams: [],
    })
    expect((await send('GET /_resolve/index/none')).status).toBe(404)
  })

  it('is told about in tables', async () => {
    expect((await send('GET /_cat/indices/one,holysheep-*?v&h=health,index,docs.count')).text).toBe(
      [
        'health index                         docs.count',
        'green  holysheep-events-2026.01.05            3',
        'green  holysheep-events-2026.01.06            3',
        'green  holysheep-requests-2026.01.05          3',
        'green  holysheep-requests-2026.01.06          3',
        'green  one                                    0',
        '',
      ].join('\n'),
    )
    expect((await send('GET /_cat/indices?health=yellow&h=i,rep')).text).toBe('two 1\n')
    expect((await send('GET /_cat/health?ts=false&h=status,shards')).text).toBe('yellow 7\n')
    const shards = await send('GET /_cat/shards/two?h=index,shard,prirep,state')
    expect(shards.text).toBe(
      'two 0 p STARTED\ntwo 0 r UNASSIGNED\ntwo 1 p STARTED\ntwo 1 r UNASSIGNED\n',
    )
    expect((await send('GET /_cat/nodes?h=master,version')).text).toBe('* 8.11.0\n')
    expect((await send('GET /_cat/allocation?h=shards,node')).text).toContain('2 UNASSIGNED')
    expect((await send('GET /_cat/thread_pool/write?h=name')).text).toBe('write\n')
    expect((await send('GET /_cat/pending_tasks')).text).toBe('')
    expect((await send('GET /_cat')).text).toContain('/_cat/shards/{index}\n')
    expect((await send('GET /_cat/indices/none')).status).toBe(404)
    expect((await send('GET /_cat/nothing')).status).toBe(400)
  })

  it('answers in JSON, in YAML, pretty, and only what is asked for', async () => {
    const json = await send('GET /_cat/indices/one?format=json&h=index,pri')
    expect(json.json).toEqual([{ index: 'one', pri: '1' }])
    const yaml = await send('GET /one/_settings/index.number*?format=yaml')
    expect(yaml.type).toBe('application/yaml')
    expect(parse(yaml.text)).toEqual({
      one: { settings: { index: { number_of_replicas: '0', number_of_shards: '1' } } },
    })
    expect((await send('GET /one/_settings/index.uuid?pretty')).text).toContain('\n  "one"')
    const filtered = await send('GET /_cluster/health?filter_path=status,*_nodes')
    expect(filtered.json).toEqual({ status: 'yellow', number_of_nodes: 1, number_of_data_nodes: 1 })
    expect((await send('GET /?format=cbor')).status).toBe(400)
    expect((await send('GET /?pretty=x')).status).toBe(400)
    expect((await send('GET /_cat/indices?h=index&h=health')).text).toMatch(/^(green|yellow)\n/)
  })

  it.each([
    [
      'PUT /b',
      { settings: { a: 1 }, mappings: { properties: {} }, aliases: { x: { filter: {} } } },
    ],
    [
      'PUT /one/_mapping',
      { properties: { a: { type: 'text', fields: { k: { type: 'keyword' } } } } },
    ],
    ['PUT /one/_settings', { index: { refresh_interval: '1s', priority: 1 } }],
    [
      'POST /_aliases',
      { actions: [{ add: { index: 'one', alias: 'x', filter: {}, routing: '1' } }] },
    ],
    ['PUT /_index_template/x', { index_patterns: ['x*'], template: { settings: {} }, priority: 1 }],
    ['POST /_index_template/_simulate', { index_patterns: ['x*'], template: { settings: {} } }],
    [
      'PUT /_ilm/policy/x',
      { policy: { phases: { hot: { min_age: '1d', actions: { rollover: { max_age: '1d' } } } } } },
    ],
    [
      'PUT /_plugins/_ism/policies/x',
      { policy: { default_state: 'a', states: [{ name: 'a', actions: [{ delete: {} }] }] } },
    ],
    [
      'POST /uno/_rollover?dry_run',
      { conditions: { max_age: '1d', max_size: '1gb', max_docs: 1 } },
    ],
    ['PUT /_cluster/settings', { persistent: { cluster: { max_shards_per_node: 1 } } }],
    ['POST /_analyze', { text: ['a'], analyzer: 'standard' }],
    ['POST /_analyze', { text: 'a', tokenizer: { type: 'ngram' }, filter: [{ type: 'stop' }] }],
  ])('takes any damage to the body of %s without failing itself', async (line, body) => {
    await fc.assert(
      fc.asyncProperty(anyDamaged(body), async (damaged) => {
        const { status, text } = await send(line, damaged)
        expect(text).not.toContain('internal error')
        expect(status).toBeLessThan(501)
      }),
      { numRuns: 25 },
    )
  })
})
