import { z } from 'zod'
import { AppError } from '../../kernel/index.ts'

/** A record as the search API gives it back, the fields that are compared. */
export interface StoredRow {
  readonly request_id: string
  readonly model?: string | undefined
  readonly outcome?: string | undefined
  readonly status_code?: number | undefined
  readonly prompt_tokens?: number | undefined
  readonly completion_tokens?: number | undefined
  readonly cost_usd?: number | undefined
}

/** Sums of one model as the search API's aggregations give them. */
export interface StoredTotals {
  readonly rows: number
  readonly tokens: number
  readonly costNanoUsd: number
}

const FIELDS = [
  'request_id',
  'model',
  'outcome',
  'status_code',
  'prompt_tokens',
  'completion_tokens',
  'cost_usd',
] as const

const IDS_PER_SEARCH = 500
const NANO = 1_000_000_000

const hitsAnswer = z.object({
  hits: z.object({
    hits: z.array(
      z.object({
        _source: z.object({
          request_id: z.string(),
          model: z.string().optional(),
          outcome: z.string().optional(),
          status_code: z.number().optional(),
          prompt_tokens: z.number().optional(),
          completion_tokens: z.number().optional(),
          cost_usd: z.number().optional(),
        }),
      }),
    ),
  }),
})

const totalsAnswer = z.object({
  aggregations: z.object({
    models: z.object({
      buckets: z.array(
        z.object({
          key: z.string(),
          doc_count: z.number(),
          tokens: z.object({ value: z.number().nullable() }),
          cost: z.object({ value: z.number().nullable() }),
        }),
      ),
    }),
  }),
})

/** Reads a run's records through the Elasticsearch API, as any client of the server would. */
export class StoredRows {
  readonly #url: string
  readonly #run: string

  constructor(searchUrl: string, run: string) {
    this.#url = `${searchUrl}/holysheep-requests-*`
    this.#run = run
  }

  /** How many records of the run can be searched. */
  async count(): Promise<number> {
    const answer = await this.#post('_count', { query: { term: { release: this.#run } } })
    return z.object({ count: z.number() }).parse(answer).count
  }

  /** The records with these ids; a record that is there twice is returned twice. */
  async rows(ids: readonly string[]): Promise<readonly StoredRow[]> {
    const rows: StoredRow[] = []
    for (let first = 0; first < ids.length; first += IDS_PER_SEARCH) {
      const answer = await this.#post('_search', {
        size: 2 * IDS_PER_SEARCH,
        _source: FIELDS,
        query: {
          bool: {
            filter: [
              { term: { release: this.#run } },
              { terms: { request_id: ids.slice(first, first + IDS_PER_SEARCH) } },
            ],
          },
        },
      })
      rows.push(...hitsAnswer.parse(answer).hits.hits.map(({ _source }) => _source))
    }
    return rows
  }

  /** Rows, tokens and cost by model, summed by the store. */
  async totals(): Promise<ReadonlyMap<string, StoredTotals>> {
    const answer = await this.#post('_search', {
      size: 0,
      query: { term: { release: this.#run } },
      aggs: {
        models: {
          terms: { field: 'model.keyword', size: 100 },
          aggs: { tokens: { sum: { field: 'tokens_used' } }, cost: { sum: { field: 'cost_usd' } } },
        },
      },
    })
    return new Map(
      totalsAnswer.parse(answer).aggregations.models.buckets.map((bucket) => [
        bucket.key,
        {
          rows: bucket.doc_count,
          tokens: bucket.tokens.value ?? 0,
          costNanoUsd: nanoUsd(bucket.cost.value ?? 0),
        },
      ]),
    )
  }

  async #post(action: string, body: unknown): Promise<unknown> {
    const response = await fetch(`${this.#url}/${action}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const text = await response.text()
    if (!response.ok) {
      throw new AppError('STORE_UNAVAILABLE', {
        status: response.status,
        answer: text.slice(0, 300),
      })
    }
    return JSON.parse(text)
  }
}

/** Turns USD as they stand in a record into whole nano-USD. */
export function nanoUsd(usd: number): number {
  return Math.round(usd * NANO)
}
