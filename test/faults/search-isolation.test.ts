import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isAppError, messageOf } from '../../src/kernel/index.ts'
import type { StoredRecord } from '../../src/record/index.ts'
import { SearchFailure } from '../../src/search/index.ts'
import { SearchStore } from '../support/search-store.ts'

const OWNERS = 20
const RECORDS_EACH = 1_000
const DAYS = ['2026-01-05', '2026-01-06'] as const
const ALL = { expression: 'holysheep-*' }
const FAILING = 1_000
/** Searches that run at a time; more than there are connections, so that some wait. */
const AT_A_TIME = 16

function records(): readonly StoredRecord[] {
  return Array.from({ length: OWNERS * RECORDS_EACH }, (_, number): StoredRecord => {
    const owner = number % OWNERS
    const day = DAYS[number % 2]!
    return {
      id: `r${number}`,
      day,
      indexPrefix: 'holysheep-requests',
      record: {
        '@timestamp': Date.parse(day) + number * 10,
        request_id: `r${number}`,
        team: `team${owner}`,
        user_id: `user${owner}_${number % 50}`,
        latency_ms: owner * 1_000 + (number % 100),
        prompt: `question of owner${owner} number ${number}`,
      },
    }
  })
}

/** What each search of a team has to answer, and nothing else. */
async function checkedSearch(store: SearchStore, owner: number): Promise<void> {
  const team = `team${owner}`
  const query = owner % 2 === 0 ? { term: { team } } : { match: { prompt: `owner${owner}` } }
  const answer = await store.search.search(ALL, {
    query,
    size: 20,
    aggs: {
      teams: { terms: { field: 'team' }, aggs: { low: { min: { field: 'latency_ms' } } } },
      high: { max: { field: 'latency_ms' } },
    },
  })
  expect(answer.timed_out).toBe(false)
  expect(answer.hits.total).toEqual({ value: RECORDS_EACH, relation: 'eq' })
  expect(answer.hits.hits.map(({ _source }) => _source?.team)).toEqual(Array(20).fill(team))
  const low = owner * 1_000 + (owner % 20)
  expect(answer.aggregations).toMatchObject({
    teams: { buckets: [{ key: team, doc_count: RECORDS_EACH, low: { value: low } }] },
    high: { value: low + 80 },
  })
}

/** Ways to fail: refused, failed in the middle of its rows, interrupted, out of time at once. */
const FAILURES: readonly ((store: SearchStore, number: number) => Promise<unknown>)[] = [
  (store) => store.search.search(ALL, { query: { term: { status_code: 'x' } } }),
  (store, number) =>
    store.columns.query(
      {
        text: `SELECT row, CASE WHEN row % 1000 = 999 THEN error('failed on purpose') ELSE team END
               FROM day_2026_01_05.records WHERE latency_ms >= $1`,
        values: [{ type: 'double', value: (number % OWNERS) * 10 }],
      },
      30_000,
    ),
  (store, number) =>
    store.columns.query(
      {
        text: `SELECT a.team, count(*), max(b.user_id) FROM day_2026_01_05.records a, day_2026_01_06.records b,
               day_2026_01_05.records c WHERE a.latency_ms + b.latency_ms <> c.latency_ms GROUP BY a.team`,
        values: [],
      },
      1 + (number % 25),
    ),
  (store) => store.columns.query({ text: 'SELECT nothing FROM nowhere', values: [] }, 30_000),
  (store, number) =>
    store.columns.query(
      { text: `SELECT team FROM day_2026_01_06.records`, values: [] },
      (number % 4) / 10,
    ),
]

describe('searches that fail beside searches that succeed', () => {
  let store: SearchStore

  beforeAll(async () => {
    store = await SearchStore.open()
    await store.addRecords(records())
  })
  afterAll(() => store.close())

  it(`leave no foreign row in any answer, whatever fails, ${FAILING} times`, async () => {
    const outcomes = new Map<string, number>()
    const note = (kind: string) => outcomes.set(kind, (outcomes.get(kind) ?? 0) + 1)
    let next = 0
    const worker = async () => {
      for (let number = next++; number < FAILING; number = next++) {
        const failing = FAILURES[number % FAILURES.length]!(store, number).then(
          () => note('answered'),
          (error: unknown) => note(kindOf(error)),
        )
        await Promise.all([failing, checkedSearch(store, number % OWNERS)])
      }
    }
    await Promise.all(Array.from({ length: AT_A_TIME }, worker))
    expect(outcomes.get('refused')).toBe(FAILING / FAILURES.length)
    expect(outcomes.get('failed')).toBe((2 * FAILING) / FAILURES.length)
    expect(outcomes.get('timed out')).toBeGreaterThan(FAILING / FAILURES.length)
  })

  it('answers what it has when the time of a search is up, and says so', async () => {
    const answer = await store.search.search(ALL, {
      timeout: '0.001ms',
      aggs: { teams: { terms: { field: 'team' } } },
    })
    expect(answer).toMatchObject({
      timed_out: true,
      hits: { total: { relation: 'gte' } },
      aggregations: { teams: { buckets: [] } },
    })
    await checkedSearch(store, 3)
  })
})

function kindOf(error: unknown): string {
  if (error instanceof SearchFailure) return 'refused'
  if (isAppError(error, 'SEARCH_TIMEOUT')) return 'timed out'
  return /on purpose|does not exist/.test(messageOf(error)) ? 'failed' : messageOf(error)
}
