import { expect, it } from 'vitest'
import { bad, good, TestIndices } from './test-indices.ts'

const test = new TestIndices()

it('refuses an index that exists, as index or as alias', () => {
  const { uuid } = good(test.indices.createIndex('a', { aliases: { al: {} } }))
  expect(uuid).toMatch(/^[\w-]{22}$/)
  expect(bad(test.indices.createIndex('a', {}))).toEqual({
    type: 'resource_already_exists_exception',
    reason: `index [a/${uuid}] already exists`,
    status: 400,
    index: 'a',
  })
  expect(bad(test.indices.createIndex('al', {}))).toMatchObject({
    type: 'invalid_index_name_exception',
    reason: 'Invalid index name [al], already exists as alias',
  })
  expect(bad(test.indices.createIndex('b', { aliases: { a: {} } }))).toMatchObject({
    type: 'invalid_alias_name_exception',
    reason:
      'Invalid alias name [a]: an index or data stream exists with the same name as the alias',
  })
  expect(bad(test.indices.createIndex('b', { aliases: { b: {} } })).reason).toBe(
    'alias name [b] self-conflicts with index name',
  )
  expect(bad(test.indices.createIndex('b', { aliases: { x: { foo: 1 } } })).reason).toBe(
    'Unknown field [foo] in alias [x]',
  )
})

it('makes nothing of an index whose mapping or settings are refused', () => {
  const mappings = { properties: { a: { type: 'zz' } } }
  expect(bad(test.indices.createIndex('a', { mappings }))).toMatchObject({
    type: 'mapper_parsing_exception',
    status: 400,
  })
  expect(bad(test.indices.createIndex('a', { settings: { foo: 1 } })).status).toBe(400)
  expect(test.indices.state()!.indices).toEqual([])
  good(test.indices.createIndex('a', {}))
})

it('puts components, template and request over one another', () => {
  const component = {
    template: {
      settings: { number_of_replicas: 0, 'index.max_result_window': 5 },
      mappings: {
        dynamic: false,
        properties: { c: { type: 'keyword' }, o: { properties: { x: { type: 'long' } } } },
      },
      aliases: { ca: {} },
    },
  }
  good(test.indices.putTemplate('component', 'c1', component, false))
  const template = {
    index_patterns: 'h-*',
    composed_of: ['c1'],
    priority: 5,
    template: {
      settings: { index: { max_result_window: 7 } },
      mappings: {
        properties: { o: { properties: { y: { type: 'long' } } }, c: { type: 'long' } },
      },
      aliases: { '{index}-al': {}, ta: { filter: { term: { c: 1 } } } },
    },
  }
  good(test.indices.putTemplate('index', 'x', template, false))
  good(
    test.indices.putTemplate(
      'legacy',
      'old',
      { index_patterns: ['*'], aliases: { no: {} } },
      false,
    ),
  )
  const request = {
    mappings: { properties: { own: { type: 'date' } } },
    settings: { number_of_shards: 2 },
    aliases: { ta: {} },
  }
  expect(good(test.indices.createIndex('h-1', request))).toMatchObject({
    aliases: { ca: {}, 'h-1-al': {}, ta: {} },
    mappings: {
      dynamic: 'false',
      properties: {
        c: { type: 'long' },
        o: { properties: { x: { type: 'long' }, y: { type: 'long' } } },
        own: { type: 'date' },
      },
    },
    settings: {
      'index.max_result_window': '7',
      'index.number_of_replicas': '0',
      'index.number_of_shards': '2',
    },
  })
})

it('takes legacy templates by their order where no other fits', () => {
  const one = {
    index_patterns: ['h-*'],
    order: 1,
    settings: { number_of_shards: 3 },
    mappings: { properties: { a: { type: 'keyword' }, o: { type: 'text' } } },
    aliases: { la: {} },
  }
  const two = {
    index_patterns: ['*'],
    settings: { number_of_shards: 4, number_of_replicas: 0 },
    mappings: { properties: { a: { type: 'long' } } },
    aliases: { lb: {} },
  }
  good(test.indices.putTemplate('legacy', 'x', one, false))
  good(test.indices.putTemplate('legacy', 'y', two, false))
  expect(good(test.indices.createIndex('h-2', {}))).toMatchObject({
    aliases: { la: {}, lb: {} },
    mappings: { properties: { a: { type: 'keyword' }, o: { type: 'text' } } },
    settings: { 'index.number_of_shards': '3', 'index.number_of_replicas': '0' },
  })
})

it('refuses templates as Elasticsearch does', () => {
  const put = (body: object, create = false) =>
    test.indices.putTemplate('index', 'x', { ...body }, create)
  const fits = { index_patterns: ['h-*'], priority: 5 }
  expect(bad(put({})).reason).toBe('Required [index_patterns]')
  expect(bad(put({ ...fits, foo: 1 })).reason).toBe('[index_template] unknown field [foo]')
  expect(bad(put({ ...fits, template: { settings: { foo: 1 } } })).reason).toBe(
    'index_template [x] invalid, cause [Validation Failed: 1: unknown setting [index.foo] please check that any required plugins are installed, or check the breaking changes documentation for removed settings;]',
  )
  expect(bad(put({ ...fits, composed_of: ['c1'] })).reason).toBe(
    'index_template [x] invalid, cause [index template [x] specifies component templates [c1] that do not exist]',
  )
  expect(
    bad(put({ ...fits, template: { mappings: { properties: { a: { type: 'zz' } } } } })),
  ).toMatchObject({
    reason: 'composable template [x] template after composition is invalid',
    causedBy: { type: 'mapper_parsing_exception' },
  })
  good(put(fits))
  expect(bad(put(fits, true)).reason).toBe('index template [x] already exists')
  expect(
    bad(test.indices.putTemplate('index', 'y', { ...fits, index_patterns: ['h-1*'] }, false))
      .reason,
  ).toBe(
    'index template [y] has index patterns [h-1*] matching patterns from existing templates [x] with patterns (x => [h-*]) that have the same priority [5], multiple index templates may not match during index creation, please use a different priority',
  )
  expect(bad(test.indices.deleteTemplates('index', ['none']))).toMatchObject({
    type: 'index_template_missing_exception',
    status: 404,
  })
})

it('keeps a component that a template is made of', () => {
  good(test.indices.putTemplate('component', 'c1', { template: {} }, false))
  const template = { index_patterns: ['h-*'], composed_of: ['c1'] }
  good(test.indices.putTemplate('index', 'x', template, false))
  expect(bad(test.indices.deleteTemplates('component', ['c1'])).reason).toBe(
    'component templates [c1] cannot be removed as they are still in use by index templates [x]',
  )
  good(test.indices.deleteTemplates('index', ['x']))
  good(test.indices.deleteTemplates('component', ['c1']))
  expect(test.indices.state()).toMatchObject({ templates: {}, componentTemplates: {} })
})

it('carries out alias actions all or none', () => {
  good(test.indices.createIndex('a', { aliases: { old: {} } }))
  good(test.indices.createIndex('b', {}))
  const add = (index: string, alias: string, meta = {}) =>
    ({ kind: 'add', index, alias, meta }) as const
  good(
    test.indices.updateAliases([
      { kind: 'remove', index: 'a', alias: 'old' },
      add('b', 'new', { index_routing: '1' }),
    ]),
  )
  expect([test.meta('a').aliases, test.meta('b').aliases]).toEqual([
    {},
    { new: { index_routing: '1' } },
  ])
  const missing = test.indices.updateAliases([
    add('a', 'x'),
    { kind: 'remove', index: 'a', alias: 'none' },
  ])
  expect(bad(missing)).toMatchObject({ status: 404, reason: 'aliases [none] missing' })
  expect(test.meta('a').aliases).toEqual({})
  const writers = { is_write_index: true }
  expect(
    bad(test.indices.updateAliases([add('a', 'w', writers), add('b', 'w', writers)])),
  ).toMatchObject({
    status: 400,
    reason: 'alias [w] has more than one write index [a,b]',
  })
  expect(bad(test.indices.updateAliases([add('a', 'b')])).type).toBe('invalid_alias_name_exception')
  good(test.indices.updateAliases([add('a', 'b'), { kind: 'remove_index', index: 'b' }]))
  expect(test.indices.state()!.indices.map(({ name, aliases }) => [name, aliases])).toEqual([
    ['a', { b: {} }],
  ])
})

it('keeps aliases of log indices, which have no entry of their own', () => {
  const add = { kind: 'add', index: 'holysheep-x-2026.01.05', alias: 'l', meta: {} } as const
  good(test.indices.updateAliases([add]))
  expect(test.indices.state()!.logAliases).toEqual({ 'holysheep-x-2026.01.05': { l: {} } })
  expect(bad(test.indices.createIndex('l', {})).reason).toContain('already exists as alias')
  good(test.indices.updateAliases([{ kind: 'remove', index: add.index, alias: 'l' }]))
  expect(test.indices.state()!.logAliases).toEqual({})
})

it('adds fields to the mapping of all indices or of none', () => {
  good(test.indices.createIndex('a', {}))
  good(test.indices.createIndex('b', { mappings: { properties: { x: { type: 'keyword' } } } }))
  const mapping = { properties: { x: { type: 'long' } } }
  expect(bad(test.indices.putMapping(['a', 'b'], mapping)).reason).toBe(
    'mapper [x] cannot be changed from type [keyword] to [long]',
  )
  expect(test.meta('a').mappings).toEqual({})
  good(test.indices.putMapping(['a'], mapping))
  expect(test.meta('a').mappings).toEqual(mapping)
  expect(bad(test.indices.putMapping(['none'], mapping))).toMatchObject({
    status: 404,
    index: 'none',
  })
})

it('changes settings that may change, and gives none away when it may not', () => {
  const { uuid } = good(test.indices.createIndex('a', {}))
  good(
    test.indices.putSettings(['a'], { index: { refresh_interval: '5s', number_of_replicas: 0 } }),
  )
  good(test.indices.putSettings(['a'], { settings: { number_of_replicas: 3 } }))
  expect(test.meta('a').settings).toEqual({
    'index.number_of_replicas': '3',
    'index.number_of_shards': '1',
    'index.refresh_interval': '5s',
  })
  expect(bad(test.indices.putSettings(['a'], { number_of_shards: 3, hidden: true })).reason).toBe(
    `Can't update non dynamic settings [[index.number_of_shards]] for open indices [[a/${uuid}]]`,
  )
  expect(bad(test.indices.putSettings(['a'], {})).reason).toBe(
    'Validation Failed: 1: no settings to update;',
  )
  good(test.indices.putSettings(['a'], { 'blocks.read_only': true }))
  expect(bad(test.indices.putSettings(['a'], { hidden: true }))).toMatchObject({
    type: 'cluster_block_exception',
    status: 403,
    reason: 'index [a] blocked by: [FORBIDDEN/5/index read-only (api)];',
  })
  expect(bad(test.indices.deleteIndices(['a'])).status).toBe(403)
  good(test.indices.putSettings(['a'], { 'blocks.read_only': null }))
  good(test.indices.deleteIndices(['a']))
})
