import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AliasMeta, IndexMeta, IndexState } from '../store/index.ts'
import {
  EXPAND_ALL,
  expandWildcards,
  type IndexCatalogue,
  type ResolveOptions,
  resolveIndex,
} from './index-resolver.ts'
import { SearchFailure } from './search-failure.ts'

const NOW = Date.parse('2026-01-06T01:00:00Z')

function index(
  name: string,
  given: {
    readonly settings?: Record<string, string>
    readonly aliases?: Record<string, AliasMeta>
    readonly isOpen?: boolean
  } = {},
): IndexMeta {
  return {
    name,
    uuid: `${name}-uuid`,
    createdMs: NOW,
    settings: given.settings ?? {},
    mappings: {},
    fields: [],
    aliases: given.aliases ?? {},
    isOpen: given.isOpen ?? true,
    mappingVersion: 1,
  }
}

const BY_STATUS = { term: { status: 500 } }
const BY_MODEL = { term: { model: 'a' } }
const HIDDEN = { 'index.hidden': 'true' }

const STATE: IndexState = {
  version: 1,
  indices: [
    index('a-1', { aliases: { errors: { filter: BY_STATUS, search_routing: '1,2' }, all: {} } }),
    index('a-2', { aliases: { errors: { filter: BY_STATUS }, models: { filter: BY_MODEL } } }),
    index('shut', { aliases: { closed: {} }, isOpen: false }),
    index('secret', { settings: HIDDEN }),
    index('.system', { settings: HIDDEN }),
    index('.plain'),
    index('day-2026.01.06'),
    index('.ds-stream-000001', { settings: HIDDEN }),
    index('.ds-stream-000002', { settings: HIDDEN }),
  ],
  templates: {
    logs: { index_patterns: ['holysheep-events-*'], template: { aliases: { events: {} } } },
  },
  componentTemplates: {},
  legacyTemplates: {},
  policies: {},
  dataStreams: [
    {
      name: 'stream',
      timestampField: '@timestamp',
      indices: ['.ds-stream-000001', '.ds-stream-000002'],
      generation: 2,
      template: 't',
      isHidden: false,
    },
  ],
  logAliases: { 'holysheep-requests-2026.01.05': { yesterday: { filter: BY_MODEL } } },
}

const LOGS: IndexCatalogue['logIndices'] = ['2026-01-06', '2026-01-05'].flatMap((day) => {
  const prefixes = ['holysheep-requests', 'holysheep-events'].map((prefix) => ({
    prefix,
    rows: 1,
    firstMs: NOW,
    lastMs: NOW,
  }))
  const columns = { day, prefixes, missing: [], bytes: 0 }
  return prefixes.map(({ prefix }) => ({
    name: `${prefix}-${day.replaceAll('-', '.')}`,
    prefix,
    day: columns,
  }))
})

const CATALOGUE = { logIndices: LOGS, state: STATE }

function resolve(expression: string, options: Omit<ResolveOptions, 'nowMs'> = {}) {
  return resolveIndex(expression, CATALOGUE, { ...options, nowMs: NOW })
}

function names(expression: string, options: Omit<ResolveOptions, 'nowMs'> = {}) {
  return resolve(expression, options).map(({ name }) => name)
}

function failure(expression: string, options: Omit<ResolveOptions, 'nowMs'> = {}) {
  try {
    resolve(expression, options)
  } catch (error) {
    if (error instanceof SearchFailure) return error.details
    throw error
  }
  throw new Error(`[${expression}] was resolved`)
}

const VISIBLE = [
  'holysheep-requests-2026.01.06',
  'holysheep-events-2026.01.06',
  'holysheep-requests-2026.01.05',
  'holysheep-events-2026.01.05',
  'a-1',
  'a-2',
  '.plain',
  'day-2026.01.06',
  '.ds-stream-000001',
  '.ds-stream-000002',
]

describe('an index expression', () => {
  it.each([
    ['', VISIBLE],
    ['_all', VISIBLE],
    ['*', VISIBLE],
    ['a-1', ['a-1']],
    ['a-2,a-1,a-2', ['a-1', 'a-2']],
    ['a*,-a-1', ['a-2']],
    ['a*,-a*', []],
    ['a*,-a*,a-1', ['a-1']],
    ['errors', ['a-1', 'a-2']],
    ['err*', ['a-1', 'a-2']],
    ['*,-holysheep-*,-errors', ['a-1', 'a-2', '.plain', 'day-2026.01.06', ...VISIBLE.slice(-2)]],
    ['stream', ['.ds-stream-000001', '.ds-stream-000002']],
    ['str*', ['.ds-stream-000001', '.ds-stream-000002']],
    ['secret', ['secret']],
    ['s*', ['.ds-stream-000001', '.ds-stream-000002']],
    ['.s*', ['.system']],
    ['holysheep-events', ['holysheep-events-2026.01.06', 'holysheep-events-2026.01.05']],
    ['*-events-*,-*.05', ['holysheep-events-2026.01.06']],
    ['yesterday', ['holysheep-requests-2026.01.05']],
    ['events', ['holysheep-events-2026.01.06', 'holysheep-events-2026.01.05']],
    ['<day-{now/d}>', ['day-2026.01.06']],
    ['<holysheep-events-{now/d-1d}>', ['holysheep-events-2026.01.05']],
    ['none*', []],
  ])('%j stands for %j', (expression, expected) => {
    expect(names(expression)).toEqual(expected)
  })

  it.each([
    ['open', ['a-1', 'a-2']],
    ['closed', []],
    ['all', ['a-1', 'a-2']],
  ])('expands a* to what is %s', (text, expected) => {
    expect(names('a*', { expand: expandWildcards(text), closed: 'keep' })).toEqual(expected)
  })

  it('expands patterns to hidden and closed indices when asked', () => {
    const options = { expand: EXPAND_ALL, closed: 'keep' } as const
    expect(names('s*', options)).toEqual([
      'shut',
      'secret',
      '.ds-stream-000001',
      '.ds-stream-000002',
    ])
  })

  it('takes a pattern for a name when nothing may be expanded', () => {
    const none = { expand: expandWildcards('none') }
    expect(failure('a*', none)).toMatchObject({ status: 404, resource: 'a*' })
    expect(names('a-1', none)).toEqual(['a-1'])
    expect(names('_all', none)).toEqual([])
  })

  it.each([
    ['none', 404, 'no such index [none]'],
    ['a-1,none', 404, 'no such index [none]'],
    ['a-1,,a-2', 404, 'no such index []'],
    ['a-1,-a-1', 404, 'no such index [-a-1] and if you intended to exclude this index'],
    ['_x', 400, "Invalid index name [_x], must not start with '_'."],
    ['a-1,_all', 400, "Invalid index name [_all], must not start with '_'."],
    ['other:a', 404, 'no such remote cluster: [other]'],
    ['<a-{now>', 400, 'invalid dynamic name expression [<a-{now>]'],
    ['<a-{nonsense}>', 400, 'failed to parse date field [nonsense]'],
    ['shut', 400, 'closed'],
    ['closed', 400, 'closed'],
  ])('%j is refused with %d', (expression, status, reason) => {
    const details = failure(expression)
    expect(details.status).toBe(status)
    expect(details.reason).toContain(reason)
  })

  it('passes over missing and closed indices when they may be unavailable', () => {
    expect(names('none,shut,a-1', { ignoreUnavailable: true })).toEqual(['a-1'])
    const strict = { ignoreUnavailable: true, allowNoIndices: false }
    expect(failure('none', strict)).toMatchObject({ status: 404 })
    expect(failure('none*,a-1', { allowNoIndices: false }).resource).toBe('none*')
  })

  it('means indices only where aliases and streams could be taken for them', () => {
    const only = { aliases: 'refuse', closed: 'keep' } as const
    expect(failure('errors', only).reason).toContain('matches an alias')
    expect(failure('holysheep-events', only).reason).toContain('matches an alias')
    expect(failure('stream', only)).toMatchObject({ status: 404 })
    expect(names('err*', only)).toEqual([])
    expect(names('shut', only)).toEqual(['shut'])
  })
})

describe('the filters of aliases', () => {
  const filters = (expression: string) =>
    Object.fromEntries(resolve(expression).map(({ name, filters: own }) => [name, own]))

  it('hold for what is reached through them alone', () => {
    expect(filters('errors')).toEqual({ 'a-1': [BY_STATUS], 'a-2': [BY_STATUS] })
    expect(filters('errors,models')).toEqual({ 'a-1': [BY_STATUS], 'a-2': [BY_STATUS, BY_MODEL] })
    expect(filters('yesterday')).toEqual({ 'holysheep-requests-2026.01.05': [BY_MODEL] })
  })

  it('do not hold for what is also reached by its name or without a filter', () => {
    expect(filters('errors,a-1')).toEqual({ 'a-1': [], 'a-2': [BY_STATUS] })
    expect(filters('errors,all')).toEqual({ 'a-1': [], 'a-2': [BY_STATUS] })
    expect(filters('*')['a-2']).toEqual([])
  })

  it('come with their routing', () => {
    expect(resolve('errors')[0]?.routing).toEqual(['1', '2'])
    expect(resolve('a-1,errors')[0]?.routing).toEqual([])
  })
})

it('never crashes on an expression, whatever it holds', () => {
  const piece = fc.constantFrom('a', '-', '*', ',', '<', '>', '{', '}', '\\', 'now', '/d', '_', '.')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      try {
        resolve(pieces.join(''))
      } catch (error) {
        expect(error).toBeInstanceOf(SearchFailure)
      }
    }),
  )
})
