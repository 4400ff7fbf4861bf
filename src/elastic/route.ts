import type { FastifyRequest } from 'fastify'
import { type AnswerQuery, parameter } from './parameters.ts'

type Method = 'DELETE' | 'GET' | 'HEAD' | 'POST' | 'PUT'

/** What a handler gets of a request. */
export interface ElasticRequest {
  /** Parts of the path that the route names. */
  readonly path: Readonly<Record<string, string | undefined>>
  readonly query: AnswerQuery
  /** Body as text, empty when there is none. */
  readonly body: string
  readonly raw: FastifyRequest
}

export interface ElasticAnswer {
  readonly status?: number
  /** JSON, or a text that is sent as `text/plain`. */
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface ElasticRoute {
  readonly methods: readonly Method[]
  readonly path: string
  /** URL parameters that are understood, besides those of every request. */
  readonly parameters: readonly string[]
  handle(request: ElasticRequest): Promise<ElasticAnswer>
}

/** Parameters about which indices are meant. */
export const INDEX_PARAMETERS = [
  'ignore_unavailable',
  'allow_no_indices',
  'expand_wildcards',
  'ignore_throttled',
] as const

/** The indices that a request names in its path. */
export function indexTarget({ path, query }: ElasticRequest) {
  return {
    expression: path.index ?? '',
    ignoreUnavailable: parameter.boolean(query, 'ignore_unavailable') ?? false,
    allowNoIndices: parameter.boolean(query, 'allow_no_indices') ?? true,
  }
}
