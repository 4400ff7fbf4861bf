import { illegalArgument, SearchFailure } from '../search/index.ts'
import type { JsonObject } from './document-writer.ts'
import { parseJson } from './request-body.ts'

const BULK_ACTIONS = ['index', 'create', 'update', 'delete'] as const
type BulkAction = (typeof BULK_ACTIONS)[number]

/** One operation of a bulk request. */
export interface BulkOperation {
  readonly action: BulkAction
  readonly index: string
  readonly id: string | undefined
  /** The document, or why it cannot be read; absent for `delete`. */
  readonly source?: JsonObject | SearchFailure
  /** Why the operation cannot be carried out as asked, whatever the document. */
  readonly refused?: SearchFailure
}

/** Parameters of an action line that change nothing here. */
const IGNORED = ['_index', '_id', 'routing', 'require_alias', 'retry_on_conflict', 'op_type']
/** Parameters that would change what is written. */
const REFUSED = [
  'pipeline',
  'version',
  'version_type',
  'if_seq_no',
  'if_primary_term',
  'dynamic_templates',
]

/**
 * Reads the lines of a bulk request.
 *
 * @throws SearchFailure when the request as a whole is malformed; nothing is written then
 */
export function parseBulk(
  text: string,
  defaultIndex: string | undefined,
): readonly BulkOperation[] {
  if (text.trim() === '') {
    throw new SearchFailure({
      type: 'parse_exception',
      reason: 'request body is required',
      status: 400,
    })
  }
  if (!text.endsWith('\n')) {
    throw illegalArgument('The bulk request must be terminated by a newline [\\n]')
  }
  const lines = text.split('\n')
  lines.pop()
  const operations: BulkOperation[] = []
  for (let place = 0; place < lines.length; place++) {
    const line = lines[place]!.trim()
    if (line === '') continue
    const operation = parseAction(line, place + 1, defaultIndex)
    if (operation.action === 'delete') {
      operations.push(operation)
      continue
    }
    const source = lines[++place]
    if (source === undefined) {
      throw illegalArgument(
        `Malformed action/metadata line [${place}], expected a document behind it`,
      )
    }
    operations.push({ ...operation, source: parseSource(source) })
  }
  return operations
}

function parseAction(
  line: string,
  number: number,
  defaultIndex: string | undefined,
): Omit<BulkOperation, 'source'> {
  const parsed = actionJson(line, number)
  const [entry, second] = Object.entries(parsed)
  const [name, metadata] = entry ?? []
  const action = BULK_ACTIONS.find((known) => known === name)
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
  const unknown = Object.keys(metadata).find(
    (key) => !IGNORED.includes(key) && !REFUSED.includes(key),
  )
  if (unknown !== undefined) {
    throw illegalArgument(
      `Action/metadata line [${number}] contains an unknown parameter [${unknown}]`,
    )
  }
  return { action, ...targetOf(metadata, defaultIndex, number), ...refusal(metadata) }
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

function targetOf(metadata: JsonObject, defaultIndex: string | undefined, number: number) {
  const { _index: given, _id: id } = metadata
  const index = typeof given === 'string' && given !== '' ? given : defaultIndex
  if (index === undefined) {
    throw new SearchFailure({
      type: 'action_request_validation_exception',
      reason: `Validation Failed: ${number}: index is missing;`,
      status: 400,
    })
  }
  return { index, id: id === undefined || id === null ? undefined : String(id) }
}

function refusal(metadata: JsonObject): { readonly refused?: SearchFailure } {
  const key = REFUSED.find((name) => metadata[name] !== undefined && metadata[name] !== null)
  return key === undefined
    ? {}
    : { refused: illegalArgument(`[${key}] is not supported in a bulk request`) }
}

function parseSource(line: string): JsonObject | SearchFailure {
  try {
    const parsed = parseJson(line)
    if (isObject(parsed)) return parsed
  } catch {
    // answered below
  }
  return unreadableDocument()
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
