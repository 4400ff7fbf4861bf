import { expect } from 'vitest'
import type { Answer, NodeClient } from './clients-node.ts'
import type { JourneyStep } from './clients-step.ts'

/** Indices, aliases, templates, data streams, policies, and the cluster itself. */
export const ADMIN_STEPS: readonly JourneyStep[] = [
  {
    title: 'connects, and sees the cluster',
    async run(client) {
      await client.call('index', { index: 'a-seen', id: '1', refresh: true }, { n: 1 })
      const info = await client.call('info')
      expect(info.version.number).toMatch(/^\d+\.\d+\.\d+$/)
      expect(await client.call('ping')).toBe(true)
      const health = await client.call('cluster.health', { wait_for_status: 'yellow' })
      expect(health).toMatchObject({ timed_out: false, number_of_nodes: 1 })
      expect(['green', 'yellow']).toContain(health.status)
      const listed = { format: 'json', h: 'index,docs.count', index: 'a-seen' }
      expect(await client.call('cat.indices', listed)).toEqual([
        { index: 'a-seen', 'docs.count': '1' },
      ])
      expect(await client.call('cat.count', { index: 'a-seen', format: 'json' })).toMatchObject([
        { count: '1' },
      ])
      const stats = await client.call('indices.stats', { index: 'a-seen', metric: 'docs' })
      expect(stats.indices['a-seen'].primaries.docs.count).toBe(1)
      expect(Object.values((await client.call('nodes.info')).nodes)).toHaveLength(1)
      const { tokens } = await client.call('indices.analyze', {}, { text: 'Two words' })
      expect(tokens.map(({ token }: Answer) => token)).toEqual(['two', 'words'])
    },
  },
  {
    title: 'is taken for a client of Elasticsearch 8.11',
    needs: ['product'],
    async run(client) {
      const { version, tagline } = await client.call('info')
      expect(version).toMatchObject({ number: '8.11.0', build_flavor: 'default' })
      expect(tagline).toBe('You Know, for Search')
    },
  },
  {
    title: 'makes an index with mapping and settings, changes and deletes it',
    async run(client) {
      const index = 'a-made'
      const made = await client.call(
        'indices.create',
        { index },
        {
          settings: { number_of_shards: 1, number_of_replicas: 0 },
          mappings: { properties: { n: { type: 'integer' } } },
          aliases: { 'a-made-alias': {} },
        },
      )
      expect(made).toEqual({ acknowledged: true, shards_acknowledged: true, index })
      expect(await client.call('indices.exists', { index })).toBe(true)
      const twice = await client.refused('indices.create', { index })
      expect(twice.status).toBe(400)
      expect(twice.body.error.type).toBe('resource_already_exists_exception')
      const loud = await client.refused('indices.create', { index: 'A-Loud' })
      expect(loud.body.error.type).toBe('invalid_index_name_exception')
      await client.call('indices.putMapping', { index }, { properties: { k: { type: 'keyword' } } })
      const mapping = await client.call('indices.getMapping', { index })
      expect(mapping[index].mappings.properties).toEqual({
        k: { type: 'keyword' },
        n: { type: 'integer' },
      })
      const clash = await client.refused(
        'indices.putMapping',
        { index },
        { properties: { n: { type: 'keyword' } } },
      )
      expect(clash.body.error.type).toBe('illegal_argument_exception')
      await client.call('indices.putSettings', { index }, { index: { refresh_interval: '2s' } })
      const settings = await client.call('indices.getSettings', { index })
      expect(settings[index].settings.index).toMatchObject({
        refresh_interval: '2s',
        number_of_replicas: '0',
      })
      expect((await client.call('indices.get', { index }))[index].aliases).toEqual({
        'a-made-alias': {},
      })
      await client.call('indices.refresh', { index })
      await client.call('indices.flush', { index })
      await client.call('indices.forcemerge', { index })
      await client.call('indices.close', { index })
      const closed = await client.refused('search', { index })
      expect(closed.body.error.type).toBe('index_closed_exception')
      await client.call('indices.open', { index })
      expect(await client.call('indices.delete', { index })).toEqual({ acknowledged: true })
      const gone = await client.refused('search', { index })
      expect(gone.status).toBe(404)
      expect(gone.body.error).toMatchObject({
        type: 'index_not_found_exception',
        reason: `no such index [${index}]`,
      })
      const lenient = await client.call('search', { index, ignore_unavailable: true })
      expect(lenient).toMatchObject({ hits: { total: { value: 0 } }, _shards: { total: 0 } })
      expect((await client.refused('indices.delete', { index })).status).toBe(404)
    },
  },
  {
    title: 'makes indices from templates',
    async run(client) {
      await client.call(
        'cluster.putComponentTemplate',
        { name: 'a-part' },
        { template: { mappings: { properties: { part: { type: 'keyword' } } } } },
      )
      await client.call(
        'indices.putIndexTemplate',
        { name: 'a-template' },
        {
          index_patterns: ['a-templated-*'],
          priority: 5,
          composed_of: ['a-part'],
          template: {
            settings: { number_of_replicas: 0 },
            mappings: {
              dynamic_templates: [
                { texts: { match_mapping_type: 'string', mapping: { type: 'keyword' } } },
              ],
            },
            aliases: { 'a-templated': {} },
          },
        },
      )
      expect(await client.call('indices.existsIndexTemplate', { name: 'a-template' })).toBe(true)
      const { template } = await client.call('indices.simulateIndexTemplate', {
        name: 'a-templated-x',
      })
      expect(template.mappings.properties).toEqual({ part: { type: 'keyword' } })
      await client.call(
        'index',
        { index: 'a-templated-1', id: '1', refresh: true },
        { part: 'p', other: 'two words' },
      )
      const mapping = await client.call('indices.getMapping', { index: 'a-templated-1' })
      expect(mapping['a-templated-1'].mappings.properties).toEqual({
        other: { type: 'keyword' },
        part: { type: 'keyword' },
      })
      expect((await client.call('count', { index: 'a-templated' })).count).toBe(1)
      const { index_templates: found } = await client.call('indices.getIndexTemplate', {
        name: 'a-t*',
      })
      expect(found).toMatchObject([
        { name: 'a-template', index_template: { priority: 5, composed_of: ['a-part'] } },
      ])
      await client.call('indices.deleteIndexTemplate', { name: 'a-template' })
      await client.call('cluster.deleteComponentTemplate', { name: 'a-part' })
      const gone = await client.refused('indices.getIndexTemplate', { name: 'a-template' })
      expect(gone.status).toBe(404)
    },
  },
  {
    title: 'writes through an alias and rolls it over',
    async run(client) {
      const alias = 'a-rolled'
      const first = { index: 'a-rolled-000001' }
      await client.call('indices.create', first, { aliases: { [alias]: { is_write_index: true } } })
      await client.call('index', { index: alias, id: '1', refresh: true }, { n: 1 })
      const kept = await client.call('indices.rollover', { alias }, { conditions: { max_docs: 9 } })
      expect(kept).toMatchObject({ rolled_over: false, conditions: { '[max_docs: 9]': false } })
      const rolled = await client.call(
        'indices.rollover',
        { alias },
        { conditions: { max_docs: 1 } },
      )
      expect(rolled).toMatchObject({ rolled_over: true, new_index: 'a-rolled-000002' })
      const written = await client.call('index', { index: alias, refresh: true }, { n: 2 })
      expect(written._index).toBe('a-rolled-000002')
      expect((await client.call('count', { index: alias })).count).toBe(2)
      const only = { alias: 'a-twos', index: 'a-rolled-*', filter: { term: { n: 2 } } }
      await client.call('indices.updateAliases', {}, { actions: [{ add: only }] })
      expect((await client.call('count', { index: 'a-twos' })).count).toBe(1)
      expect(await client.call('indices.existsAlias', { name: 'a-twos' })).toBe(true)
      expect(await client.call('indices.getAlias', { name: alias })).toEqual({
        'a-rolled-000001': { aliases: { [alias]: { is_write_index: false } } },
        'a-rolled-000002': { aliases: { [alias]: { is_write_index: true } } },
      })
      await client.call('indices.deleteAlias', { index: 'a-rolled-*', name: 'a-twos' })
      expect(await client.call('indices.existsAlias', { name: 'a-twos' })).toBe(false)
      const gone = await client.refused('indices.getAlias', { name: 'a-twos' })
      expect(gone.status).toBe(404)
    },
  },
  {
    title: 'writes to a data stream',
    needs: ['data streams'],
    async run(client) {
      const name = 'a-stream'
      await client.call(
        'indices.putIndexTemplate',
        { name: 'a-streams' },
        { index_patterns: ['a-stream*'], data_stream: {}, priority: 600 },
      )
      const document = { '@timestamp': '2026-01-05T00:00:00Z', message: 'first' }
      const made = await client.call('create', { index: name, id: '1', refresh: true }, document)
      expect(made).toMatchObject({ result: 'created', _index: expect.stringMatching(/^\.ds-a-st/) })
      const changed = await client.refused('index', { index: name, id: '1' }, document)
      expect(changed.status).toBe(400)
      const bulk = await client.call('bulk', { index: name, refresh: true }, [
        { create: {} },
        { ...document, message: 'second' },
      ])
      expect(bulk.errors).toBe(false)
      const rolled = await client.call('indices.rollover', { alias: name })
      expect(rolled.rolled_over).toBe(true)
      const body = { query: { match: { message: 'second' } } }
      const found = await client.call('search', { index: name }, body)
      expect(found.hits.total.value).toBe(1)
      const { data_streams: streams } = await client.call('indices.getDataStream', { name })
      expect(streams).toMatchObject([{ name, generation: 2, template: 'a-streams' }])
      expect(streams[0].indices).toHaveLength(2)
      await client.call('indices.deleteDataStream', { name })
      await client.call('indices.deleteIndexTemplate', { name: 'a-streams' })
    },
  },
  {
    title: 'takes the lifecycle policy and the template that users have today',
    needs: ['lifecycle'],
    only: ['elastic-7', 'elastic-8', 'elastic-9'],
    async run(client) {
      const name = 'holysheep-logs-policy'
      const rollover = { max_size: '5gb', max_age: '1d' }
      const policy = {
        phases: {
          hot: { min_age: '0ms', actions: { rollover } },
          delete: { min_age: '30d', actions: { delete: {} } },
        },
      }
      expect(await putPolicy(client, name, policy)).toEqual({ acknowledged: true })
      await client.call(
        'indices.putIndexTemplate',
        { name: 'holysheep-template' },
        {
          index_patterns: ['holysheep-*'],
          template: {
            settings: {
              number_of_shards: 1,
              number_of_replicas: 0,
              'index.lifecycle.name': name,
            },
          },
        },
      )
      const known = client.name === 'elastic-7' ? { policy: name } : { name }
      const got = await client.call('ilm.getLifecycle', known)
      expect(got[name]).toMatchObject({ version: 1, policy: { phases: { hot: {}, delete: {} } } })
      await client.call(
        'indices.create',
        { index: 'a-aged' },
        { settings: { 'index.lifecycle.name': name } },
      )
      const explained = await client.call('ilm.explainLifecycle', { index: 'a-aged' })
      expect(explained.indices['a-aged']).toMatchObject({ managed: true, policy: name })
      expect((await client.call('ilm.getStatus')).operation_mode).toBe('RUNNING')
    },
  },
  {
    title: 'takes a policy of index state management',
    needs: ['lifecycle'],
    only: ['opensearch'],
    async run(client) {
      const policy = {
        description: 'days',
        default_state: 'hot',
        states: [
          {
            name: 'hot',
            actions: [{ rollover: { min_index_age: '1d' } }],
            transitions: [{ state_name: 'gone', conditions: { min_index_age: '30d' } }],
          },
          { name: 'gone', actions: [{ delete: {} }], transitions: [] },
        ],
        ism_template: [{ index_patterns: ['a-ism-*'], priority: 100 }],
      }
      const made = await client.call('ism.putPolicy', { policy_id: 'a-ism' }, { policy })
      expect(made).toMatchObject({ _id: 'a-ism', policy: { policy: { policy_id: 'a-ism' } } })
      const got = await client.call('ism.getPolicy', { policy_id: 'a-ism' })
      expect(got.policy.states).toHaveLength(2)
      await client.call('indices.create', { index: 'a-ism-1' })
      const explained = await client.call('ism.explainPolicy', { index: 'a-ism-1' })
      expect(explained['a-ism-1']).toMatchObject({ policy_id: 'a-ism' })
    },
  },
]

/** Version 7 calls the name of a policy `policy`, and that is what its body has within. */
function putPolicy(client: NodeClient, name: string, policy: object): Promise<Answer> {
  const named = client.name === 'elastic-7' ? { policy: name } : { name }
  return client.call('ilm.putLifecycle', named, { policy })
}
