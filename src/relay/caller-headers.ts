import { isUtf8 } from 'node:buffer'
import { maskSecrets } from './mask.ts'
import { textField } from './record-json.ts'

/** What the request headers say: to us, about the caller, and what goes on to the provider. */
export interface CallerHeaders {
  readonly authorization: string | undefined
  /** `x-api-key`, `x-goog-api-key` or `api-key`: how others than OpenAI carry a key. */
  readonly apiKey: string | undefined
  readonly idempotencyKey: string | undefined
  /** `x-bellwether-cache`: what the caller wants of the response cache. */
  readonly cache: string | undefined
  readonly contentType: string | undefined
  readonly contentEncoding: string | undefined
  /** Bytes announced; undefined for chunked bodies. */
  readonly contentLength: number | undefined
  readonly expectsContinue: boolean
  readonly userId: string | undefined
  readonly logBody: boolean
  /** Fields of the record that stem from headers, as JSON members with leading commas. */
  readonly recordFields: string
  /** Names and values in turn that are sent on to the provider. */
  readonly forwarded: readonly string[]
}

/** Longest text taken from a header into the record. */
const LONGEST_TEXT = 256

/**
 * Never sent on: what belongs to one connection, what says who the caller is to us, what the
 * caller's own network added, and what we set ourselves.
 */
const DROPPED: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'host',
  'content-length',
  'content-type',
  'content-encoding',
  'accept-encoding',
  'authorization',
  'x-api-key',
  'api-key',
  'x-goog-api-key',
  'cookie',
  'idempotency-key',
  'traceparent',
  'tracestate',
  'baggage',
  'forwarded',
  'via',
  'x-real-ip',
])

const DROPPED_PREFIXES = ['x-holysheep-', 'x-bellwether-', 'x-forwarded-']

function isDropped(name: string): boolean {
  return DROPPED.has(name) || DROPPED_PREFIXES.some((prefix) => name.startsWith(prefix))
}

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}/

/** Reads the flat list of header names and values as they arrived; the first of a name counts. */
export function readCallerHeaders(rawHeaders: readonly string[]): CallerHeaders {
  const own = new Map<string, string>()
  const forwarded: string[] = []
  const connectionOnly = namedByConnection(rawHeaders)
  for (let place = 0; place + 1 < rawHeaders.length; place += 2) {
    const name = rawHeaders[place]!
    const value = rawHeaders[place + 1]!
    const lower = name.toLowerCase()
    if (lower === 'user-agent' || isDropped(lower)) {
      if (!own.has(lower)) own.set(lower, value)
      if (lower !== 'user-agent') continue
    }
    if (connectionOnly?.has(lower) !== true) forwarded.push(name, value)
  }
  const length = own.get('content-length')
  return {
    authorization: own.get('authorization'),
    apiKey: own.get('x-api-key') ?? own.get('x-goog-api-key') ?? own.get('api-key'),
    idempotencyKey: own.get('idempotency-key'),
    cache: own.get('x-bellwether-cache'),
    contentType: own.get('content-type'),
    contentEncoding: own.get('content-encoding'),
    contentLength: length === undefined ? undefined : Number(length),
    expectsContinue: own.get('expect')?.toLowerCase() === '100-continue',
    userId: readText(own.get('x-holysheep-user-id')),
    logBody: own.get('x-bellwether-log-body')?.trim().toLowerCase() !== 'false',
    recordFields: recordFields(own),
    forwarded,
  }
}

/** Headers of one protocol only: they mean nothing to a provider that speaks another. */
const OF_PROTOCOL = ['openai-', 'anthropic-', 'x-goog-', 'x-stainless-', 'accept']

/** Leaves out what only the caller's own protocol knows; `forwarded` are names and values in turn. */
export function withoutProtocolHeaders(forwarded: readonly string[]): string[] {
  return forwarded.filter((_, place) => {
    const name = forwarded[place - (place % 2)]!.toLowerCase()
    return !OF_PROTOCOL.some((prefix) => name.startsWith(prefix))
  })
}

/** Headers that `connection` names belong to this connection only. */
function namedByConnection(rawHeaders: readonly string[]): ReadonlySet<string> | undefined {
  for (let place = 0; place + 1 < rawHeaders.length; place += 2) {
    const name = rawHeaders[place]!
    if (name.length !== 10 || name.toLowerCase() !== 'connection') continue
    const value = rawHeaders[place + 1]!.toLowerCase()
    if (value === 'keep-alive' || value === 'close') continue
    return new Set(value.split(',').map((each) => each.trim()))
  }
  return undefined
}

function recordFields(own: ReadonlyMap<string, string>): string {
  const parent = TRACEPARENT.exec(own.get('traceparent') ?? '')
  const traceId = readText(own.get('x-holysheep-trace-id')) ?? parent?.[1]
  return (
    textField('trace_id', traceId) +
    textField('span_id', parent?.[2]) +
    textField('sdk', clientLibrary(own.get('user-agent'))) +
    labelFields(own.get('x-bellwether-labels'))
  )
}

/**
 * Header bytes arrive as Latin-1; what is UTF-8 is read as such. A key that was pasted into the
 * wrong header is masked.
 */
function readText(value: string | undefined): string | undefined {
  if (value === undefined || value === '') return undefined
  // biome-ignore lint/suspicious/noControlCharactersInRegex: everything outside ASCII
  const ascii = /^[\u0000-\u007f]*$/.test(value)
  return maskSecrets(ascii ? value : fromLatin1(value), []).slice(0, LONGEST_TEXT)
}

function fromLatin1(value: string): string {
  const bytes = Buffer.from(value, 'latin1')
  return isUtf8(bytes) ? bytes.toString('utf8') : value
}

/** `OpenAI/JS 6.49.0` out of a user agent: what stands before the first remark in parentheses. */
function clientLibrary(userAgent: string | undefined): string | undefined {
  const remark = userAgent?.indexOf(' (') ?? -1
  return readText(remark === -1 ? userAgent : userAgent?.slice(0, remark))?.slice(0, 80)
}

const MOST_LABELS = 32

/** Callers repeat their labels with every call: the last few hundred are kept as JSON. */
const knownLabels = new Map<string, string>()
const LABELS_KEPT = 500

function labelFields(header: string | undefined): string {
  if (header === undefined) return ''
  const known = knownLabels.get(header)
  if (known !== undefined) return known
  const labels = parseLabels(fromLatin1(header))
  const fields =
    Object.keys(labels).length === 0
      ? ''
      : textField('app', labels.app) +
        textField('release', labels.release) +
        `,"labels":${JSON.stringify(labels)}`
  if (knownLabels.size >= LABELS_KEPT) knownLabels.clear()
  knownLabels.set(header, fields)
  return fields
}

/**
 * Reads labels from a JSON object or from `k=v,k=v`. What cannot be read is left out: a label
 * is never the reason that a call fails.
 */
function parseLabels(header: string): Readonly<Record<string, string>> {
  const pairs = header.trimStart().startsWith('{') ? jsonPairs(header) : textPairs(header)
  return Object.fromEntries(
    pairs
      .filter(([name, value]) => name !== '' && value !== '')
      .slice(0, MOST_LABELS)
      .map((pair) => pair.map((each) => maskSecrets(each, [])))
      .map(([name = '', value = '']) => [name.slice(0, 64), value.slice(0, LONGEST_TEXT)]),
  )
}

function jsonPairs(header: string): [string, string][] {
  try {
    const parsed = JSON.parse(header) as Record<string, unknown>
    return Object.entries(parsed)
      .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
      .map(([name, value]) => [name, String(value)])
  } catch {
    return []
  }
}

function textPairs(header: string): [string, string][] {
  return header.split(',').map((pair) => {
    const equals = pair.indexOf('=')
    return equals === -1 ? ['', ''] : [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()]
  })
}
