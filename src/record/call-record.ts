import type { FIELDS, FieldName } from './fields.ts'

type Value<T> = T extends 'long' | 'double' | 'usd' | 'date'
  ? number
  : T extends 'boolean'
    ? boolean
    : T extends 'keywords'
      ? readonly string[]
      : T extends 'object'
        ? Readonly<Record<string, string>>
        : T extends 'details'
          ? readonly Readonly<Record<string, unknown>>[]
          : string

/**
 * The record of one call or event. Dates are milliseconds since 1970 UTC, money is USD rounded
 * to nine decimals. A field that does not apply is absent, never null.
 */
export type CallRecord = {
  readonly [Name in FieldName]?: Value<(typeof FIELDS)[Name]['type']>
}

/** How a call ended. */
export type Outcome =
  | 'ok'
  | 'cached'
  | 'upstream_error'
  | 'timeout'
  | 'client_closed'
  | 'refused_auth'
  | 'refused_model'
  | 'refused_limit'
  | 'refused_budget'
  | 'bad_request'
  | 'relay_error'
  | 'lost'

/** `type` of a call's record. */
export const CALL_TYPE = 'holysheep_request'

/** Index prefix of call records; the day `YYYY.MM.dd` of `@timestamp` (UTC) follows. */
export const CALL_INDEX_PREFIX = 'holysheep-requests'

/** Returns the UTC day `YYYY-MM-DD` of a moment in milliseconds. */
export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

/** Returns the index name of a prefix and a day `YYYY-MM-DD`. */
export function indexName(prefix: string, day: string): string {
  return `${prefix}-${day.replaceAll('-', '.')}`
}
