import { illegalArgument, SearchFailure } from '../search/index.ts'
import {
  CONDITION_NAMES,
  DOCUMENT_ACTIONS,
  type DocumentAction,
  type DocumentRequest,
  writeConditions,
} from './document-request.ts'
import type { JsonObject } from './document-writer.ts'
import { isBlank, linesOf, parseJson } from './request-body.ts'

/** One operation of a bulk request, or why it cannot be carried out as asked. */
export type BulkOperation = DocumentRequest & {
  readonly refused?: SearchFailure
  /** What an update answers of the document afterwards, as `_source` says. */
  readonly wantedSource?: unknown
}

/** Parameters of an action line that change nothing here. */
const IGNORED = [
  '_index',
  '_id',
  'retry_on_conflict',
  'op_type',
  'list_executed_pipelines',
  '_source',
]
/** Parameters that would change what is written. */
const REFUSED = ['pipeline', 'dynamic_templates']

export interface BulkDefaults {
  readonly index: string | undefined
  readonly routing?: string
  readonly requireAlias?: boolean
}

/**
 * Reads the lines of a bulk request.
 *
 * @throws SearchFailure when the request as a whole is malformed; nothing is written then
 */
export function parseBulk(text: string, defaults: BulkDefaults): readonly BulkOperation[] {
  if (isBlank(text)) {
    throw new SearchFailure({
      type: 'parse_exception',
      reason: 'request body is required',
      status: 400,
    })
  }
  if (!text.endsWith('\n')) {
    throw illegalArgument('The bulk request must be terminated by a newline [\\n]')
  }
  const operations: BulkOperation[] = []
  const lines = linesOf(text)
  for (let next = lines.next(); next.done !== true; next = lines.next()) {
    const { number } = next.value
    const line = next.value.line.trim()
    if (line === '') continue
    if (operations.length === MAX_OPERATIONS) throw tooMany()
    const operation = parseAction(line, number, defaults)
    if (operation.action === 'delete') {
      operations.push(operation)
      continue
    }
    const source = lines.next()
    if (source.done === true) {
      throw illegalArgument(
        `Malformed action/metadata line [${number}], expected a document behind it`,
      )
    }
    operations.push({ ...operation, source: source.value.line })
  }
  return operations
}

/** Operations in one request; each takes memory, however short its line. */
const MAX_OPERATIONS = 200_000

function tooMany(): SearchFailure {
  return new SearchFailure({
    type: 'content_too_long_exception',
    reason: `a bulk request may have at most [${MAX_OPERATIONS}] operations`,
    status: 413,
  })
}

function parseAction(line: string, number: number, defaults: BulkDefaults): BulkOperation {
  const parsed = actionJson(line, number)
  const [entry, second] = Object.entries(parsed)
  const [name, metadata] = entry ?? []
  const action = DOCUMENT_ACTIONS.find((known) => known === name)
  if (action === undefined || second !== undefined) {
    throw illegalArgument(
      `Malformed action/metadata line [${number}], expected field [create], [delete], [index] or [update] but found [${name ?? ''}]`,
    )
  }
  if (!isObject(metadata)) {
    throw illegalArgument(
      `Malformed action/metadata line [${number}], expected START_OBJECT or START_ARRAY but found [${typeof metadata}]`,
    )
  }
  checkNames(metadata, number)
  const { routing, requireAlias } = defaults
  return {
    ...(routing !== undefined && { routing }),
    ...(requireAlias !== undefined && { requireAlias }),
    ...operationOf(action, metadata, defaults.index, number),
  }
}

function checkNames(metadata: JsonObject, number: number): void {
  const known: readonly string[] = [...IGNORED, ...REFUSED, ...CONDITION_NAMES]
  const unknown = Object.keys(metadata).find((key) => !known.includes(key))
  if (unknown !== undefined) {
    throw illegalArgument(
      `Action/metadata line [${number}] contains an unknown parameter [${unknown}]`,
    )
  }
  const mayHold = ['_source', ...REFUSED]
  const [key, value] =
    Object.entries(metadata).find(
      ([name, given]) => !mayHold.includes(name) && isContainer(given),
    ) ?? []
  if (key === undefined) return
  throw illegalArgument(
    `Malformed action/metadata line [${number}], expected a simple value for field [${key}] but found [${Array.isArray(value) ? 'START_ARRAY' : 'START_OBJECT'}]`,
  )
}

function isContainer(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

function actionJson(line: string, number: number): JsonObject {
  try {
    const parsed = parseJson(line)
    if (isObject(parsed)) return parsed
  } catch {
    // answered below, with the line's number
  }
  throw illegalArgument(`Malformed action/metadata line [${number}], expected START_OBJECT`)
}

function operationOf(
  action: DocumentAction,
  metadata: JsonObject,
  defaultIndex: string | undefined,
  number: number,
): BulkOperation {
  const { _index: given, _id, op_type: type, _source: wantedSource } = metadata
  const index = typeof given === 'string' && given !== '' ? given : defaultIndex
  if (index === undefined) throw invalid(`${number}: index is missing;`)
  const id = _id === undefined || _id === null ? undefined : String(_id)
  if (id === undefined && (action === 'update' || action === 'delete')) {
    throw invalid(`${number}: id is missing;`)
  }
  const own = action === 'index' && type === 'create' ? 'create' : action
  const key = REFUSED.find((name) => metadata[name] !== undefined && metadata[name] !== null)
  const refused = key && illegalArgument(`[${key}] is not supported in a bulk request`)
  return {
    action: own,
    index,
    id,
    ...writeConditions(metadata),
    ...(refused && { refused }),
    ...(wantedSource !== undefined && { wantedSource }),
  }
}

function invalid(what: string): SearchFailure {
  return new SearchFailure({
    type: 'action_request_validation_exception',
    reason: `Validation Failed: ${what}`,
    status: 400,
  })
}

/** A document that is not a JSON object. */
export function unreadableDocument(): SearchFailure {
  return new SearchFailure({
    type: 'document_parsing_exception',
    reason: 'failed to parse: the document is not a JSON object',
    status: 400,
  })
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
