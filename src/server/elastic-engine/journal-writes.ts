import type { DocumentWriter } from '../../elastic/index.ts'
import type { ClusterClient } from '../../sinks/index.ts'
import { type BulkPart, type JournalWrite, splitBulk } from './bulk-split.ts'
import { clusterAway, engineFailure, type OwnAnswer } from './engine-failure.ts'

type Outcome = Awaited<ReturnType<DocumentWriter['write']>>[number]
type Item = Readonly<Record<string, unknown>>

export interface JournalWritesOptions {
  readonly writer: DocumentWriter
  readonly client: ClusterClient
}

/** Query parameters of a write to a log index that are understood. */
const PARAMETERS = ['refresh', 'routing', 'timeout', 'wait_for_active_shards', 'require_alias']
const COMMON = ['pretty', 'human', 'error_trace', 'filter_path', 'format']

/**
 * Writes that clients send while a cluster is the engine. Documents of log indices are durable in
 * the journal when they are answered, whether the cluster is there or not.
 */
export class JournalWrites {
  readonly #writer: DocumentWriter
  readonly #client: ClusterClient

  constructor({ writer, client }: JournalWritesOptions) {
    this.#writer = writer
    this.#client = client
  }

  /** Answers a write of one document. */
  async document(write: JournalWrite, query: URLSearchParams): Promise<OwnAnswer> {
    const refused = refusedParameter(query, ['op_type'])
    if (refused !== undefined) return refused
    const action = query.get('op_type') === 'create' ? 'create' : write.action
    const [outcome] = await this.#write([{ ...write, action }], query)
    if (outcome === undefined) throw new Error('a write had no outcome')
    if (outcome.kind !== 'failed') {
      const { status, ...body } = itemOf(outcome)
      return { status: Number(status), body }
    }
    const { status, type, reason } = outcome.failure
    return engineFailure(status, type, reason)
  }

  /**
   * Answers a bulk request; undefined when nothing of it is for log indices, so that it can be
   * passed on as it is.
   */
  async bulk(
    text: string,
    index: string | undefined,
    query: URLSearchParams,
  ): Promise<OwnAnswer | undefined> {
    const startMs = performance.now()
    const parts = splitBulk(text, index)
    if (parts === undefined || parts.every(({ kind }) => kind === 'cluster')) return undefined
    const refused = refusedParameter(query, ['_source', '_source_includes', '_source_excludes'])
    if (refused !== undefined) return refused
    const writes = parts.flatMap((part) => (part.kind === 'journal' ? [part.write] : []))
    const outcomes = [...(await this.#write(writes, query))]
    const others = [...(await this.#pass(parts, index, query))]
    const items = parts.map((part): Item => {
      if (part.kind === 'cluster') return others.shift() ?? {}
      if (part.kind === 'unreadable') return { [part.action]: unreadableItem(part) }
      return { [part.write.action]: itemOf(outcomes.shift()!) }
    })
    const errors = items.some((item) =>
      Object.values(item).some((result) => Object.hasOwn(result as object, 'error')),
    )
    const took = Math.round(performance.now() - startMs)
    return { status: 200, body: { errors, took, items } }
  }

  async #write(
    writes: readonly JournalWrite[],
    query: URLSearchParams,
  ): Promise<readonly Outcome[]> {
    const refresh = query.get('refresh') ?? 'false'
    const isWaiting = refresh !== 'false'
    const outcomes = await this.#writer.write(writes, { refresh: isWaiting })
    const indices = new Set(outcomes.flatMap((each) => (each.kind === 'created' ? each.index : [])))
    if (isWaiting && indices.size > 0) {
      const names = [...indices].map(encodeURIComponent).join()
      const path = `/${names}/_refresh?ignore_unavailable=true`
      await this.#client.request({ method: 'POST', path })
    }
    return outcomes
  }

  /** Sends what is not for log indices to the cluster; returns its items. */
  async #pass(
    parts: readonly BulkPart[],
    index: string | undefined,
    query: URLSearchParams,
  ): Promise<readonly Item[]> {
    const lines = parts.flatMap((part) => (part.kind === 'cluster' ? [part.lines] : []))
    if (lines.length === 0) return []
    const passed = new URLSearchParams(query)
    for (const name of COMMON) passed.delete(name)
    const answer = await this.#client.request({
      method: 'POST',
      path: `${index === undefined ? '' : `/${encodeURIComponent(index)}`}/_bulk?${passed}`,
      body: lines.join(''),
      headers: { 'content-type': 'application/x-ndjson' },
    })
    if (answer.kind === 'answer' && answer.status === 200) {
      return (JSON.parse(answer.text) as { readonly items: readonly Item[] }).items
    }
    const { body } = clusterAway(answer.kind === 'answer' ? answer.text : answer.reason)
    return lines.map((line) => {
      const [action = 'index'] = Object.keys(JSON.parse(line.split('\n', 1)[0]!) as object)
      return { [action]: { status: 503, error: body.error } }
    })
  }
}

function refusedParameter(query: URLSearchParams, more: readonly string[]): OwnAnswer | undefined {
  const known = [...PARAMETERS, ...COMMON, ...more]
  const unknown = [...query.keys()].find((name) => !known.includes(name))
  if (unknown === undefined) return undefined
  return engineFailure(
    400,
    'illegal_argument_exception',
    `parameter [${unknown}] is not supported for documents of log indices`,
  )
}

const SHARDS = { total: 1, successful: 1, failed: 0 } as const

function itemOf(outcome: Outcome): Item {
  const { index, id, kind } = outcome
  if (kind === 'failed') {
    const { status, type, reason } = outcome.failure
    return { _index: index, _id: id ?? null, status, error: { type, reason, index } }
  }
  return {
    _index: index,
    _id: id,
    _version: 1,
    result: kind,
    _shards: SHARDS,
    _seq_no: 0,
    _primary_term: 1,
    status: kind === 'created' ? 201 : 200,
  }
}

function unreadableItem({ index, id }: Extract<BulkPart, { kind: 'unreadable' }>): Item {
  const type = 'document_parsing_exception'
  const reason = 'failed to parse: the document is not a JSON object'
  return { _index: index, _id: id ?? null, status: 400, error: { type, reason, index } }
}
