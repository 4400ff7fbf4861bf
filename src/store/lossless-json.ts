/** A number that JavaScript would write otherwise: `1.0`, `1e3`, digits beyond 2^53. */
const UNFAITHFUL = /[0-9]\.[0-9]*0(?![0-9])|[0-9][eE]|[0-9]{16}|-0(?![0-9])/

/** What the text of a number is kept in; `JSON.stringify` writes it as it was. */
interface RawNumber {
  readonly rawJSON: string
}

interface RawJson {
  rawJSON(text: string): RawNumber
  isRawJSON(value: unknown): value is RawNumber
}

/** Node has these since version 21; its types do not. */
const RAW = JSON as unknown as RawJson

type Reviver = (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown

/**
 * Parses JSON so that `JSON.stringify` gives every number back as it was written: one that
 * JavaScript would write otherwise becomes a raw number.
 *
 * @throws SyntaxError
 */
export function parseLossless(text: string): unknown {
  if (!UNFAITHFUL.test(text)) return JSON.parse(text)
  const revive: Reviver = (_, value, { source }) =>
    typeof value === 'number' && source !== undefined && String(value) !== source
      ? RAW.rawJSON(source)
      : value
  return JSON.parse(text, revive as (key: string, value: unknown) => unknown)
}

/** A raw number as JavaScript's; other values as they are. */
export function plainNumber(value: unknown): unknown {
  return RAW.isRawJSON(value) ? Number(value.rawJSON) : value
}
