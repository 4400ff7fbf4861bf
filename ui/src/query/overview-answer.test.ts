import { describe, expect, it } from 'vitest'
import { readBreakdowns, readFailures, readSeries, readTotals } from './overview-answer.ts'

const answer = (value: number, aggregations: Record<string, unknown>) => ({
  took: 1,
  hits: { total: { value }, hits: [] },
  aggregations,
})
const EMPTY_PERCENTILES = { values: { '50.0': null, '95.0': null, '99.0': null } }

describe('readTotals', () => {
  it('reads the numbers of a period', () => {
    const totals = readTotals(
      answer(20, {
        failed: { doc_count: 3 },
        latency: { values: { '50.0': 120, '95.0': 800.5, '99.0': 900 } },
        first_byte: { values: { '50.0': 40, '95.0': 90 } },
        prompt_tokens: { value: 1_000 },
        completion_tokens: { value: 200 },
        cost: { value: 0.25 },
      }),
    )
    expect(totals).toEqual({
      calls: 20,
      failed: 3,
      p50Ms: 120,
      p95Ms: 800.5,
      p99Ms: 900,
      firstByteP50Ms: 40,
      firstByteP95Ms: 90,
      promptTokens: 1_000,
      completionTokens: 200,
      costUsd: 0.25,
    })
  })

  it('reads no calls as zeros and missing percentiles', () => {
    const totals = readTotals(answer(0, { latency: EMPTY_PERCENTILES, cost: { value: null } }))
    expect(totals).toMatchObject({ calls: 0, failed: 0, p50Ms: undefined, costUsd: 0 })
  })
})

describe('readSeries', () => {
  it('fills columns without calls and leaves gaps in lines', () => {
    const series = readSeries(
      answer(5, {
        by_time: {
          buckets: [
            {
              key: 60_000,
              doc_count: 5,
              failed: { doc_count: 2 },
              latency: { values: { '50.0': 10, '95.0': 20, '99.0': 30 } },
              cost: { value: 0.5 },
            },
          ],
        },
      }),
      { fromMs: 10_000, toMs: 130_000, bucketMs: 60_000 },
    )
    expect(series.startsMs).toEqual([0, 60_000, 120_000])
    expect(series.ok).toEqual([0, 3, 0])
    expect(series.failed).toEqual([0, 2, 0])
    expect(series.p95Ms).toEqual([undefined, 20, undefined])
    expect(series.costUsd).toEqual([0, 0.5, 0])
  })
})

describe('readBreakdowns', () => {
  it('tells calls of other values and of none apart', () => {
    const bucket = (key: string, doc_count: number) => ({
      key,
      doc_count,
      failed: { doc_count: 1 },
      latency: { values: { '95.0': 7 } },
      cost: { value: 0.1 },
    })
    const { model, user_id } = readBreakdowns(
      answer(100, {
        model: { buckets: [bucket('a', 60), bucket('b', 20)], sum_other_doc_count: 15 },
        user_id: { buckets: [], sum_other_doc_count: 0 },
      }),
    )
    expect(model.rows[0]).toEqual({ value: 'a', calls: 60, failed: 1, p95Ms: 7, costUsd: 0.1 })
    expect(model).toMatchObject({ otherCalls: 15, unnamedCalls: 5 })
    expect(user_id).toEqual({ rows: [], otherCalls: 0, unnamedCalls: 100 })
  })
})

describe('readFailures', () => {
  it('counts failed calls that no pattern shows', () => {
    const failures = readFailures(
      answer(100, {
        failures: {
          doc_count: 9,
          patterns: {
            buckets: [
              {
                key: 'limit <*>',
                doc_count: 6,
                last: { value: 5_000 },
                provider: { buckets: [{ key: 'openai', doc_count: 6 }] },
                status: { buckets: [{ key: 429, doc_count: 6 }] },
              },
            ],
          },
        },
      }),
    )
    expect(failures).toEqual({
      calls: 9,
      otherCalls: 3,
      patterns: [
        { pattern: 'limit <*>', calls: 6, lastMs: 5_000, provider: 'openai', status: '429' },
      ],
    })
  })
})
