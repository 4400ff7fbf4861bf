import { Client, errors } from '@elastic/elasticsearch'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AdminServer, startAdminServer } from '../support/admin-server.ts'

describe('the official client administers', () => {
  let server: AdminServer
  let client: Client

  beforeAll(async () => {
    server = await startAdminServer()
    client = new Client({ node: server.url, compression: true })
  })
  afterAll(async () => {
    await client.close()
    await server.close()
  })

  it('indices', async () => {
    const made = await client.indices.create({
      index: 'c-1',
      settings: { number_of_replicas: 0 },
      mappings: { properties: { n: { type: 'integer' } } },
      aliases: { c: { is_write_index: true } },
    })
    expect(made).toEqual({ acknowledged: true, shards_acknowledged: true, index: 'c-1' })
    expect(await client.indices.exists({ index: 'c-1' })).toBe(true)
    expect(await client.indices.exists({ index: 'none' })).toBe(false)
    await client.indices.putMapping({ index: 'c', properties: { k: { type: 'keyword' } } })
    const mapping = await client.indices.getMapping({ index: 'c-1' })
    expect(mapping['c-1']?.mappings.properties).toEqual({
      n: { type: 'integer' },
      k: { type: 'keyword' },
    })
    const field = await client.indices.getFieldMapping({ index: 'c-1', fields: 'n' })
    expect(field['c-1']?.mappings.n?.full_name).toBe('n')
    await client.indices.putSettings({ index: 'c-1', settings: { refresh_interval: '2s' } })
    const settings = await client.indices.getSettings({ index: 'c-1', flat_settings: true })
    expect(settings['c-1']?.settings).toMatchObject({ 'index.refresh_interval': '2s' })
    expect((await client.indices.refresh({ index: 'c-1' }))._shards?.successful).toBe(1)
    const stats = await client.indices.stats({ index: 'c-1', metric: 'docs' })
    expect(stats.indices?.['c-1']?.primaries?.docs?.count).toBe(0)
    await client.indices.close({ index: 'c-1' })
    await client.indices.open({ index: 'c-1' })
    await expect(client.indices.create({ index: 'c-1' })).rejects.toBeInstanceOf(
      errors.ResponseError,
    )
  })

  it('aliases, and moves them on', async () => {
    await client.indices.create({ index: 'r-000001', aliases: { r: { is_write_index: true } } })
    await client.indices.updateAliases({ actions: [{ add: { index: 'r-*', alias: 'all-r' } }] })
    expect(await client.indices.existsAlias({ name: 'all-r' })).toBe(true)
    const rolled = await client.indices.rollover({ alias: 'r', conditions: { max_docs: 1 } })
    expect(rolled).toMatchObject({ rolled_over: false, conditions: { '[max_docs: 1]': false } })
    expect((await client.indices.rollover({ alias: 'r' })).new_index).toBe('r-000002')
    expect(Object.keys(await client.indices.getAlias({ name: 'r' }))).toEqual([
      'r-000001',
      'r-000002',
    ])
    await client.indices.deleteAlias({ index: 'r-*', name: 'all-r' })
    expect(await client.indices.existsAlias({ name: 'all-r' })).toBe(false)
  })

  it('templates, policies and data streams', async () => {
    await client.cluster.putComponentTemplate({
      name: 'part',
      template: { settings: { number_of_replicas: 0 } },
    })
    await client.ilm.putLifecycle({
      name: 'short',
      policy: { phases: { delete: { min_age: '7d', actions: { delete: {} } } } },
    })
    await client.indices.putIndexTemplate({
      name: 'stream',
      index_patterns: ['s-*'],
      data_stream: {},
      composed_of: ['part'],
      template: { settings: { 'index.lifecycle.name': 'short' } },
    })
    expect(await client.indices.existsIndexTemplate({ name: 'stream' })).toBe(true)
    await client.indices.createDataStream({ name: 's-logs' })
    const { data_streams } = await client.indices.getDataStream({ name: 's-*' })
    expect(data_streams[0]).toMatchObject({ name: 's-logs', ilm_policy: 'short', status: 'GREEN' })
    const policy = await client.ilm.getLifecycle({ name: 'short' })
    expect(policy.short?.version).toBe(1)
    const explained = await client.ilm.explainLifecycle({ index: 's-logs' })
    expect(Object.values(explained.indices)[0]).toMatchObject({ managed: true, policy: 'short' })
    await client.indices.deleteDataStream({ name: 's-logs' })
    await client.indices.deleteIndexTemplate({ name: 'stream' })
    await client.ilm.deleteLifecycle({ name: 'short' })
    expect((await client.ilm.getStatus()).operation_mode).toBe('RUNNING')
  })

  it('and sees the cluster', async () => {
    expect((await client.info()).tagline).toBe('You Know, for Search')
    expect((await client.cluster.health({ wait_for_status: 'yellow' })).timed_out).toBe(false)
    expect((await client.cluster.stats()).indices.count).toBeGreaterThan(0)
    expect((await client.cluster.state({ metric: 'master_node' })).master_node).toBe('bellwether')
    expect((await client.nodes.info()).cluster_name).toBe('bellwether')
    expect((await client.license.get()).license.type).toBe('basic')
    const rows = await client.cat.indices({ index: 'holysheep-*', format: 'json', h: 'index' })
    expect(rows).toHaveLength(4)
    const resolved = await client.indices.resolveIndex({ name: 'holysheep-events-*' })
    expect(resolved.indices).toHaveLength(2)
    const analyzed = await client.indices.analyze({ text: 'Two words' })
    expect(analyzed.tokens?.map(({ token }) => token)).toEqual(['two', 'words'])
  })
})
