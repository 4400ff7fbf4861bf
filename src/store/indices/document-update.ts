import { parseLossless } from '../lossless-json.ts'
import { SearchFailure } from '../search-failure.ts'
import { isObject, type Json, objectOf } from './json-object.ts'

/** The body of an update. */
export interface UpdateBody {
  readonly doc: Json | undefined
  readonly upsert: Json | undefined
  readonly detectNoop: boolean
}

/** Deeper JSON is refused, as Elasticsearch does, before anything goes down into it. */
const MAX_DEPTH = 1000

const KEYS = new Set([
  'script',
  'scripted_upsert',
  'upsert',
  'doc',
  'doc_as_upsert',
  'detect_noop',
  '_source',
  'if_seq_no',
  'if_primary_term',
])

/**
 * Reads the body of an update.
 *
 * @throws SearchFailure
 */
export function parseUpdate(text: string, ifSeqNo: number | undefined): UpdateBody {
  const body = parseObject(text, '[UpdateRequest]')
  const unknown = Object.keys(body).find((key) => !KEYS.has(key))
  if (unknown !== undefined) {
    throw refused('x_content_parse_exception', `[UpdateRequest] unknown field [${unknown}]`)
  }
  const doc = objectAt(body, 'doc')
  const asUpsert = flagAt(body, 'doc_as_upsert', false)
  if (body.script !== undefined) throw scriptFailure(doc !== undefined)
  const faults = [
    ...(doc === undefined ? ['script or doc is missing'] : []),
    ...(doc === undefined && asUpsert ? ['doc must be specified if doc_as_upsert is enabled'] : []),
    ...((asUpsert || body.upsert !== undefined) && ifSeqNo !== undefined
      ? ["upsert requests don't support `if_seq_no` and `if_primary_term`"]
      : []),
  ]
  if (faults.length > 0) throw invalid(faults)
  return {
    doc,
    upsert: asUpsert ? doc : objectAt(body, 'upsert'),
    detectNoop: flagAt(body, 'detect_noop', true),
  }
}

function scriptFailure(hasDoc: boolean): SearchFailure {
  if (hasDoc) return invalid(["can't provide both script and doc"])
  return new SearchFailure({
    type: 'illegal_argument_exception',
    reason: 'failed to execute script',
    status: 400,
    causedBy: {
      type: 'illegal_argument_exception',
      reason: 'script_lang not supported [painless]',
    },
  })
}

/**
 * Puts the parts of an update over a document; objects are joined at every depth, anything else is
 * replaced. Undefined when that changes nothing.
 */
export function mergedSource(source: string, { doc, detectNoop }: UpdateBody): string | undefined {
  const before = parseObject(source, 'document')
  const merged = merge(before, doc ?? {})
  if (merged === before && detectNoop) return undefined
  return JSON.stringify(merged)
}

/** Returns `before` itself when nothing changes. */
function merge(before: Json, changes: Json): Json {
  const merged = new Map(Object.entries(before))
  let isChanged = false
  for (const [key, value] of Object.entries(changes)) {
    const known = merged.get(key)
    const next = isPlain(known) && isPlain(value) ? merge(known, value) : value
    if (merged.has(key) && (next === known || isSame(known, next))) continue
    merged.set(key, next)
    isChanged = true
  }
  return isChanged ? objectOf(merged) : before
}

function isSame(left: unknown, right: unknown): boolean {
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, place) => isSame(item, right[place]))
  }
  if (!isPlain(left) || !isPlain(right)) return JSON.stringify(left) === JSON.stringify(right)
  const entries = Object.entries(left)
  return (
    entries.length === Object.keys(right).length &&
    entries.every(([key, value]) => Object.hasOwn(right, key) && isSame(value, right[key]))
  )
}

/** An object of the document; numbers kept as they were written are frozen objects. */
function isPlain(value: unknown): value is Json {
  return isObject(value) && !Object.isFrozen(value)
}

function parseObject(text: string, what: string): Json {
  if (depthOf(text) > MAX_DEPTH) {
    throw refused('x_content_parse_exception', `${what} is nested deeper than ${MAX_DEPTH} levels`)
  }
  let parsed: unknown
  try {
    parsed = parseLossless(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw refused('x_content_parse_exception', `${what} is no JSON: ${error.message}`)
  }
  if (isPlain(parsed)) return parsed
  const token = Array.isArray(parsed) ? 'START_ARRAY' : 'a value'
  throw refused(
    'x_content_parse_exception',
    `[1:1] ${what} Expected START_OBJECT but was: ${token}`,
  )
}

/** Depth of the deepest object or list; brackets within texts do not count. */
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  let isText = false
  for (let place = 0; place < text.length; place++) {
    const character = text[place]
    if (isText) {
      if (character === '\\') place++
      else if (character === '"') isText = false
    } else if (character === '"') isText = true
    else if (character === '{' || character === '[') deepest = Math.max(deepest, ++depth)
    else if (character === '}' || character === ']') depth--
  }
  return deepest
}

function objectAt(body: Json, key: string): Json | undefined {
  const value = body[key]
  if (value === undefined || value === null) return undefined
  if (isPlain(value)) return value
  const token = Array.isArray(value) ? 'START_ARRAY' : `VALUE_${typeof value}`.toUpperCase()
  throw refused(
    'x_content_parse_exception',
    `[UpdateRequest] ${key} doesn't support values of type: ${token}`,
  )
}

function flagAt(body: Json, key: string, fallback: boolean): boolean {
  const value = body[key] ?? fallback
  if (value === true || value === 'true') return true
  if (value === false || value === 'false') return false
  throw refused(
    'illegal_argument_exception',
    `Failed to parse value of [${key}] as only [true] or [false] are allowed.`,
  )
}

function refused(type: string, reason: string): SearchFailure {
  return new SearchFailure({ type, reason, status: 400 })
}

function invalid(faults: readonly string[]): SearchFailure {
  const listed = faults.map((fault, place) => `${place + 1}: ${fault};`).join('')
  return refused('action_request_validation_exception', `Validation Failed: ${listed}`)
}
