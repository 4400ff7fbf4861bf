import type { Clock } from '../kernel/index.ts'
import {
  type CurrentDocument,
  type DocumentOutcome,
  type FailureDetails,
  SearchFailure,
} from '../search/index.ts'
import { isObject, unreadableDocument } from './bulk-request.ts'
import type { DocumentRequest } from './document-request.ts'
import { type DocumentTarget, documentTarget } from './document-target.ts'
import type { DocumentWriter } from './document-writer.ts'
import type { IndexCatalog } from './index-catalog.ts'
import { parseJson } from './request-body.ts'

export interface DocumentRouterOptions {
  readonly catalog: IndexCatalog
  /** Writes records of logs. */
  readonly logs: DocumentWriter
  readonly clock: Clock
}

type Failed = Extract<DocumentOutcome, { kind: 'failed' }>

/** Sends each write to the log indices or to those of documents, and answers them in order. */
export class DocumentRouter {
  readonly #catalog: IndexCatalog
  readonly #logs: DocumentWriter
  readonly #clock: Clock

  constructor({ catalog, logs, clock }: DocumentRouterOptions) {
    this.#catalog = catalog
    this.#logs = logs
    this.#clock = clock
  }

  /**
   * Carries out the operations; on return those that succeeded are on disk and, with `refresh`,
   * can be found by a search. Indices that do not exist are made.
   */
  async write(
    requests: readonly DocumentRequest[],
    { refresh }: { readonly refresh: boolean },
  ): Promise<readonly DocumentOutcome[]> {
    const targets = await this.#targets(requests)
    const outcomes = new Map<number, DocumentOutcome>()
    const places = (kind: DocumentTarget['kind']) =>
      targets.flatMap((target, place) => ('kind' in target && target.kind === kind ? [place] : []))
    for (const [place, target] of targets.entries()) {
      if ('failure' in target) outcomes.set(place, target)
    }
    const [logs, documents] = [places('log'), places('documents')]
    await Promise.all([
      this.#writeLogs(logs, requests, targets, outcomes, refresh),
      this.#writeDocuments(documents, requests, targets, outcomes),
    ])
    if (refresh && documents.length > 0) await this.#catalog.indices.refresh()
    return requests.map((_, place) => outcomes.get(place)!)
  }

  /**
   * Documents as they are now, in the order of the ids; undefined for those that do not exist.
   *
   * @throws SearchFailure when the name is of more than one index, or of none
   */
  async current(
    index: string,
    ids: readonly string[],
  ): Promise<readonly (CurrentDocument | undefined)[]> {
    return this.#catalog.indices.current(index, ids)
  }

  /** Resolves once everything that was written can be found by a search. */
  refresh(): Promise<void> {
    return this.#catalog.indices.refresh()
  }

  /** Settles when records of logs that were just written can be found. */
  settled(index: string, id: string): Promise<void> {
    return this.#logs.settled(index, id)
  }

  async #targets(
    requests: readonly DocumentRequest[],
  ): Promise<readonly (DocumentTarget | Failed)[]> {
    const first = await this.#located(requests)
    const missing = new Map(
      first.flatMap((target) =>
        'kind' in target && target.kind === 'missing' ? [[target.index, target] as const] : [],
      ),
    )
    if (missing.size === 0) return first
    const failures = new Map<string, FailureDetails>()
    for (const { index, isStream } of missing.values()) {
      const { indices } = this.#catalog
      const made = isStream
        ? await indices.createDataStream(index)
        : await indices.createIndex(index, {})
      // another request may have made it in the meantime
      if (!made.ok && made.failure.type !== 'resource_already_exists_exception') {
        failures.set(index, made.failure)
      }
    }
    const second = await this.#located(requests)
    return second.map((target, place) => {
      if (!('kind' in target) || target.kind !== 'missing') return target
      const failure = failures.get(target.index)
      const { id } = requests[place]!
      if (failure === undefined) throw new Error(`index ${target.index} was made and is missing`)
      return { kind: 'failed', index: target.index, id, failure }
    })
  }

  async #located(
    requests: readonly DocumentRequest[],
  ): Promise<readonly (DocumentTarget | Failed)[]> {
    const state = await this.#catalog.state()
    const nowMs = this.#clock.nowMs()
    return requests.map(({ action, index, id, requireAlias = false }) => {
      try {
        return documentTarget(state, { action, index, requireAlias, nowMs })
      } catch (error) {
        if (!(error instanceof SearchFailure)) throw error
        return { kind: 'failed', index, id, failure: error.details }
      }
    })
  }

  async #writeLogs(
    places: readonly number[],
    requests: readonly DocumentRequest[],
    targets: readonly (DocumentTarget | Failed)[],
    outcomes: Map<number, DocumentOutcome>,
    refresh: boolean,
  ): Promise<void> {
    const accepted: number[] = []
    const writes = places.flatMap((place) => {
      const { index } = targets[place]!
      const write = logWrite(requests[place]!, index)
      if (write instanceof SearchFailure) {
        const { id } = requests[place]!
        outcomes.set(place, { kind: 'failed', index, id, failure: write.details })
        return []
      }
      accepted.push(place)
      return [write]
    })
    if (writes.length === 0) return
    const written = await this.#logs.write(writes, { refresh })
    for (const [at, place] of accepted.entries()) {
      const outcome = written[at]!
      outcomes.set(
        place,
        outcome.kind === 'failed' ? outcome : { ...outcome, version: 1, seqNo: 0, primaryTerm: 1 },
      )
    }
  }

  async #writeDocuments(
    places: readonly number[],
    requests: readonly DocumentRequest[],
    targets: readonly (DocumentTarget | Failed)[],
    outcomes: Map<number, DocumentOutcome>,
  ): Promise<void> {
    if (places.length === 0) return
    const writes = places.map((place) => {
      const { requireAlias: _, ...request } = requests[place]!
      return { ...request, index: targets[place]!.index }
    })
    const written = await this.#catalog.indices.write(writes)
    for (const [at, place] of places.entries()) outcomes.set(place, written[at]!)
  }
}

/** Conditions on versions mean nothing for records that never change. */
function logWrite({ action, id, source, ...conditions }: DocumentRequest, index: string) {
  if (action === 'update' || action === 'delete') {
    return appendOnly(`[${action}] is not supported on [${index}]`)
  }
  const condition = (['ifSeqNo', 'version', 'versionType'] as const).find(
    (name) => conditions[name] !== undefined && conditions[name] !== 'internal',
  )
  if (condition !== undefined) return appendOnly(`versions are not supported on [${index}]`)
  const parsed = parsedSource(source)
  return parsed instanceof SearchFailure ? parsed : { action, index, id, source: parsed }
}

function parsedSource(source: string | undefined) {
  try {
    const parsed = parseJson(source ?? '')
    return isObject(parsed) ? parsed : unreadableDocument()
  } catch (error) {
    if (error instanceof SearchFailure) return unreadableDocument()
    throw error
  }
}

function appendOnly(what: string): SearchFailure {
  return new SearchFailure({
    type: 'illegal_argument_exception',
    reason: `log indices are append-only: ${what}`,
    status: 400,
  })
}
