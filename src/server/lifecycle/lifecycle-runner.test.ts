import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, expect, it } from 'vitest'
import { documentRows } from '../../../test/faults/store-fixture.ts'
import { RunningStore, type RunningStoreOptions } from '../../../test/support/running-store.ts'
import { createLogger } from '../../kernel/index.ts'
import { LifecycleRunner } from './lifecycle-runner.ts'

const logger = createLogger({ process: 'test', level: 'silent' })
const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
const SOON_MS = 20
const TODAY_MS = Date.UTC(2026, 2, 15)
const NOON_MS = TODAY_MS + DAY_MS / 2

/** The seed's requests, as they stand. */
const SEED_POLICY =
  '{"policy":{"phases":{"hot":{"min_age":"0ms","actions":{"rollover":{"max_size":"5gb","max_age":"1d"}}},"delete":{"min_age":"30d","actions":{"delete":{}}}}}}'
const SEED_TEMPLATE =
  '{"index_patterns":["holysheep-*"],"template":{"settings":{"number_of_shards":1,"number_of_replicas":0,"index.lifecycle.name":"holysheep-logs-policy"}}}'

let running: RunningStore | undefined

afterEach(async () => {
  await running?.close()
  running = undefined
})

async function open(options: Partial<RunningStoreOptions> = {}): Promise<RunningStore> {
  running = await RunningStore.open({ nowMs: NOON_MS, ...options })
  return running
}

function runner(
  store: RunningStore,
  days: { readonly retentionDays?: number; readonly bodiesDays?: number } = {},
): LifecycleRunner {
  const { indices, clock } = store
  return new LifecycleRunner({
    indices,
    stripBodies: (day) => store.store.stripBodies(day),
    retentionDays: days.retentionDays,
    bodiesDays: days.bodiesDays,
    clock,
    logger,
  })
}

/** Name of the log index of so many days ago. */
function nameOf(daysAgo: number, prefix = 'holysheep-requests'): string {
  const day = new Date(TODAY_MS - daysAgo * DAY_MS).toISOString().slice(0, 10)
  return `${prefix}-${day.replaceAll('-', '.')}`
}

function recordsOf(daysAgo: number, prefix = 'holysheep-requests', count = 3) {
  return Array.from({ length: count }, (_, number) => ({
    id: `${prefix}-${daysAgo}-${number}`,
    timeMs: TODAY_MS - daysAgo * DAY_MS + number * 1000,
    prefix,
    prompt: `question ${number} of day ${daysAgo}`,
  }))
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, place) => from + place)
}

it('keeps days 0 to 30 of forty by the policy and template of the seed', async () => {
  const store = await open()
  await store.ask('PUT', '/_ilm/policy/holysheep-logs-policy', JSON.parse(SEED_POLICY))
  await store.ask('PUT', '/_index_template/holysheep-template', JSON.parse(SEED_TEMPLATE))
  for (const daysAgo of range(0, 39)) store.write(recordsOf(daysAgo))
  await store.caughtUp()
  expect(await store.logNames()).toHaveLength(40)
  const lifecycle = runner(store)
  store.clock.set(TODAY_MS)
  await lifecycle.look()
  const kept = range(0, 30).map((daysAgo) => nameOf(daysAgo))
  expect(await store.logNames()).toEqual(kept.reverse())
  // at the end of the day it is still the same, a day later one more goes
  store.clock.set(TODAY_MS + DAY_MS - 1)
  await lifecycle.look()
  expect(await store.logNames()).toHaveLength(31)
  store.clock.set(TODAY_MS + DAY_MS)
  await lifecycle.look()
  expect(await store.logNames()).toEqual(kept.slice(1))
  // ingest goes on, also for a day that was dropped; that goes again
  store.write([...recordsOf(0, 'holysheep-requests', 5), ...recordsOf(35)])
  await store.caughtUp()
  expect(await store.logNames()).toHaveLength(31)
  await lifecycle.look()
  expect(await store.logNames()).toEqual(kept.slice(1))
})

it('does nothing while policies are stopped', async () => {
  const store = await open()
  await store.ask('PUT', '/_ilm/policy/holysheep-logs-policy', JSON.parse(SEED_POLICY))
  await store.ask('PUT', '/_index_template/holysheep-template', JSON.parse(SEED_TEMPLATE))
  store.write(recordsOf(33))
  await store.caughtUp()
  const lifecycle = runner(store)
  await store.ask('POST', '/_ilm/stop')
  await lifecycle.look()
  expect(await store.logNames()).toEqual([nameOf(33)])
  await store.ask('POST', '/_ilm/start')
  await lifecycle.look()
  expect(await store.logNames()).toEqual([])
})

it('counts the age of a policy without rollover from the beginning of the day', async () => {
  const store = await open()
  const policy = { phases: { delete: { min_age: '2d', actions: { delete: {} } } } }
  await store.ask('PUT', '/_ilm/policy/short', { policy })
  await store.ask('PUT', '/_index_template/t', {
    index_patterns: ['holysheep-*'],
    template: { settings: { 'index.lifecycle.name': 'short' } },
  })
  for (const daysAgo of range(0, 3)) store.write(recordsOf(daysAgo))
  await store.caughtUp()
  await runner(store).look()
  expect(await store.logNames()).toEqual([nameOf(1), nameOf(0)])
})

it('deletes one prefix of a day for good and leaves the others as they are', async () => {
  const store = await open()
  const policy = { phases: { delete: { min_age: '1d', actions: { delete: {} } } } }
  await store.ask('PUT', '/_ilm/policy/short', { policy })
  await store.ask('PUT', '/_index_template/t', {
    index_patterns: ['holysheep-short-*'],
    template: { settings: { 'index.lifecycle.name': 'short' } },
  })
  store.write(
    range(0, 99).flatMap((number) => [
      ...recordsOf(5, `holysheep-${number % 2 === 0 ? 'short' : 'long'}`, 1).map((record) => ({
        ...record,
        id: `r${number}`,
      })),
    ]),
  )
  await store.caughtUp()
  await store.store.sealDays()
  const lifecycle = runner(store)
  await lifecycle.look()
  expect(await store.logNames()).toEqual([nameOf(5, 'holysheep-long')])
  const [log] = await store.indices.logIndices()
  expect(log!.day.prefixes).toMatchObject([{ prefix: 'holysheep-long', rows: 50 }])
  const documents = [...documentRows(store.data, log!.day.day)]
  const odd = range(0, 99).filter((number) => number % 2 === 1)
  expect(documents).toMatchObject(odd.map((number) => [2 ** 40 + number, { id: `r${number}` }]))
  // records that come later get rows of their own
  store.write(recordsOf(5, 'holysheep-long', 2))
  await store.caughtUp()
  await store.store.sealDays()
  const { columns } = await store.store.status()
  expect(columns.days.map(({ rows: count }) => count)).toEqual([52])
})

it('drops days by the retention of the configuration where no policy holds', async () => {
  const store = await open()
  for (const daysAgo of range(0, 5)) store.write(recordsOf(daysAgo))
  await store.caughtUp()
  await runner(store, { retentionDays: 3 }).look()
  expect(await store.logNames()).toEqual(
    range(0, 3)
      .map((daysAgo) => nameOf(daysAgo))
      .reverse(),
  )
})

it('takes bodies away and leaves records', async () => {
  const store = await open()
  store.write([...recordsOf(0), ...recordsOf(4)])
  await store.caughtUp()
  await runner(store, { bodiesDays: 3 }).look()
  const days = [4, 0].map((ago) => new Date(TODAY_MS - ago * DAY_MS).toISOString().slice(0, 10))
  const [old, fresh] = days.map((day) => [...documentRows(store.data, day).values()])
  expect(fresh?.[0]).toMatchObject({ record: { prompt: 'question 0 of day 0' } })
  expect(old?.[0]).toEqual({ row: 2 ** 40, extra: { unknown: 'holysheep-requests-4-0' } })
  expect(await store.logNames()).toHaveLength(2)
})

it('rolls an alias over when a condition of its policy holds, and deletes by the time since', async () => {
  // the thread that keeps documents has the system's clock
  const store = await open({ nowMs: Date.now() })
  const { indices, clock } = store
  const policy = {
    phases: {
      hot: { actions: { rollover: { max_docs: 2 } } },
      delete: { min_age: '1h', actions: { delete: {} } },
    },
  }
  await store.ask('PUT', '/_ilm/policy/docs', { policy })
  const settings = {
    'index.lifecycle.name': 'docs',
    'index.lifecycle.rollover_alias': 'docs',
  }
  await store.ask('PUT', '/_index_template/docs', {
    index_patterns: ['docs-*'],
    template: { settings },
  })
  await store.ask('PUT', '/docs-000001', { aliases: { docs: { is_write_index: true } } })
  const add = (index: string, id: string) =>
    indices.write([{ action: 'index', index, id, source: '{}' }])
  const names = async () => ((await indices.state())?.indices ?? []).map(({ name }) => name)
  const lifecycle = runner(store)
  await add('docs-000001', '1')
  await lifecycle.look()
  expect(await names()).toEqual(['docs-000001'])
  await add('docs-000001', '2')
  await lifecycle.look()
  expect(await names()).toEqual(['docs-000001', 'docs-000002'])
  clock.set(Date.now() + HOUR_MS - MINUTE_MS)
  await lifecycle.look()
  expect(await names()).toEqual(['docs-000001', 'docs-000002'])
  clock.set(Date.now() + HOUR_MS)
  await lifecycle.look()
  // the empty one stays, and is not rolled over
  expect(await names()).toEqual(['docs-000002'])
})

it('counts from the time at which an index was said to be complete', async () => {
  // the thread that keeps documents has the system's clock
  const store = await open({ nowMs: Date.now() })
  const { indices, clock } = store
  const policy = {
    phases: {
      hot: { actions: { rollover: { max_docs: 100 } } },
      delete: { min_age: '1h', actions: { delete: {} } },
    },
  }
  await store.ask('PUT', '/_ilm/policy/docs', { policy })
  await store.ask('PUT', '/docs', { settings: { 'index.lifecycle.name': 'docs' } })
  const createdMs = (await indices.state())!.indices[0]!.createdMs
  const lifecycle = runner(store)
  await lifecycle.look()
  await delay(SOON_MS)
  await store.ask('PUT', '/docs/_settings', { 'index.lifecycle.indexing_complete': true })
  await lifecycle.look()
  clock.set(createdMs + HOUR_MS)
  await lifecycle.look()
  expect((await indices.state())?.indices).toHaveLength(1)
  clock.set(Date.now() + HOUR_MS)
  await lifecycle.look()
  expect((await indices.state())?.indices).toHaveLength(0)
})

it('rolls a data stream over by age and never deletes the index that is written to', async () => {
  // the thread that keeps documents has the system's clock
  const store = await open({ nowMs: Date.now() })
  const { indices, clock } = store
  const policy = {
    phases: {
      hot: { actions: { rollover: { max_age: '1d' } } },
      delete: { min_age: '0ms', actions: { delete: {} } },
    },
  }
  await store.ask('PUT', '/_ilm/policy/stream', { policy })
  await store.ask('PUT', '/_index_template/stream', {
    index_patterns: ['stream-*'],
    data_stream: {},
    template: { settings: { 'index.lifecycle.name': 'stream' } },
  })
  await store.ask('PUT', '/_data_stream/stream-a')
  const stream = async () => (await indices.state())!.dataStreams[0]!
  const [first = ''] = (await stream()).indices
  const source = '{"@timestamp":"2026-03-15T12:00:00Z"}'
  await indices.write([{ action: 'create', index: first, id: '1', source }])
  const lifecycle = runner(store)
  clock.set(Date.now() + DAY_MS)
  await lifecycle.look()
  expect((await stream()).indices).toHaveLength(2)
  await lifecycle.look()
  expect((await stream()).indices).toHaveLength(1)
  expect((await stream()).indices).not.toContain(first)
  await lifecycle.look()
  expect((await stream()).indices).toHaveLength(1)
})
