import {
  CALL_TYPE,
  type CallRecord,
  FIELD_NAMES,
  FIELDS,
  type FieldType,
} from '../../record/index.ts'
import type { PipelineEvent, Processor } from '../pipeline-event.ts'

/** Where else senders put a field; the field's own name comes first. Dots go into objects. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  request_id: ['id'],
  latency_ms: ['response_time_ms', 'duration_ms', 'duration', 'latency'],
  status_code: ['status'],
  prompt_tokens: ['usage.prompt_tokens', 'usage.input_tokens'],
  completion_tokens: ['usage.completion_tokens', 'usage.output_tokens'],
  tokens_used: ['usage.total_tokens', 'total_tokens'],
  cost_usd: ['cost'],
  error_message: ['error.message', 'error'],
  user_id: ['user_metadata.user_id', 'user'],
}

const VENDOR_PREFIX = /^([a-z][a-z0-9-]*)\/(.+)$/

/**
 * Fills the record's fields from a document of any sender: own names and known aliases, numbers
 * given as text, the vendor prefix of a model (`openai/gpt-4o`) into `provider`. What does not
 * fit a field's type is left out of the record and stays in `_source`.
 */
export const normalise: Processor = {
  name: 'normalise',
  process(event: PipelineEvent) {
    if (event.document === undefined) return event
    const { source } = event.document
    const found: Record<string, unknown> = {}
    for (const name of FIELD_NAMES) {
      if (name === '@timestamp') continue
      const value = firstFitting([name, ...(ALIASES[name] ?? [])], source, FIELDS[name].type)
      if (value !== undefined) found[name] = value
    }
    const record = withSums(withoutVendor({ type: CALL_TYPE, ...(found as CallRecord) }))
    const tags = [...(record.tags ?? []), ...(event.record.tags ?? [])]
    return {
      ...event,
      record: { ...event.record, ...record, ...(tags.length > 0 && { tags }) },
    }
  },
}

function firstFitting(
  paths: readonly string[],
  source: Readonly<Record<string, unknown>>,
  type: FieldType,
): unknown {
  for (const path of paths) {
    const value = fitTo(valueAt(source, path), type)
    if (value !== undefined) return value
  }
  return undefined
}

function valueAt(source: Readonly<Record<string, unknown>>, path: string): unknown {
  if (Object.hasOwn(source, path)) return source[path]
  const dot = path.indexOf('.')
  if (dot < 0) return undefined
  const inner = source[path.slice(0, dot)]
  return isObject(inner) ? valueAt(inner, path.slice(dot + 1)) : undefined
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function fitTo(value: unknown, type: FieldType): unknown {
  if (value === undefined || value === null) return undefined
  switch (type) {
    case 'keyword':
    case 'text':
    case 'stored':
      return fitString(value)
    case 'keywords':
      return fitList(value)
    case 'long':
      return fitNumber(value, Number.isSafeInteger)
    case 'double':
    case 'usd':
      return fitNumber(value, Number.isFinite)
    case 'boolean':
      return value === true || value === 'true'
        ? true
        : value === false || value === 'false'
          ? false
          : undefined
    case 'object':
      return fitLabels(value)
    case 'details':
      return Array.isArray(value) && value.length > 0 && value.every(isObject) ? value : undefined
    case 'date':
      return undefined
    default:
      return type satisfies never
  }
}

function fitString(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

function fitList(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return [value]
  return Array.isArray(value) && value.every((item) => typeof item === 'string') && value.length > 0
    ? (value as string[])
    : undefined
}

function fitNumber(value: unknown, accept: (value: number) => boolean): number | undefined {
  const number =
    typeof value === 'number'
      ? value
      : typeof value === 'string' && /^\s*[+-]?\d/.test(value)
        ? Number(value)
        : Number.NaN
  return accept(number) ? number : undefined
}

function fitLabels(value: unknown): Readonly<Record<string, string>> | undefined {
  if (!isObject(value)) return undefined
  const labels = Object.entries(value).flatMap(([key, item]) => {
    const text = fitString(item)
    return text === undefined ? [] : [[key, text] as const]
  })
  return labels.length > 0 ? Object.fromEntries(labels) : undefined
}

function withoutVendor(record: CallRecord): CallRecord {
  const match = record.provider === undefined ? VENDOR_PREFIX.exec(record.model ?? '') : null
  if (match === null) return record
  const [, provider = '', model = ''] = match
  return { ...record, provider, model }
}

/** Fills what follows from the token fields that were given; given values stay as they are. */
function withSums(record: CallRecord): CallRecord {
  const { prompt_tokens, completion_tokens } = record
  const cached =
    (record.cache_read_tokens ?? 0) +
    (record.cache_write_5m_tokens ?? 0) +
    (record.cache_write_1h_tokens ?? 0)
  return {
    ...(prompt_tokens !== undefined && { input_tokens: Math.max(0, prompt_tokens - cached) }),
    ...(completion_tokens !== undefined && { output_tokens: completion_tokens }),
    ...(prompt_tokens !== undefined &&
      completion_tokens !== undefined && { tokens_used: prompt_tokens + completion_tokens }),
    ...record,
  }
}
