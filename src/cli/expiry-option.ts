import { InvalidArgumentError } from 'commander'

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** A day, or a moment with its zone: one without would mean another moment on each machine. */
const ISO = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/

const FORMS = 'It must be a time from now like 30d, 12h or 90m, or a date like'

/**
 * Parses an option that is a moment to come: a time from now (`30d`), a day (its beginning, UTC)
 * or an ISO moment with a zone. Returns milliseconds since 1970 UTC.
 */
export function expiryOption(value: string, nowMs: number): number {
  const expiresMs = fromNow(value, nowMs) ?? fromIso(value)
  if (expiresMs === undefined) {
    const example = new Date(nowMs + 30 * UNIT_MS.d).toISOString().slice(0, 10)
    throw new InvalidArgumentError(`${FORMS} ${example} or ${example}T12:00:00Z.`)
  }
  if (expiresMs <= nowMs) throw new InvalidArgumentError('It must lie in the future.')
  return expiresMs
}

function fromNow(value: string, nowMs: number): number | undefined {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(value) ?? []
  if (count === undefined) return undefined
  return nowMs + Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS]
}

function fromIso(value: string): number | undefined {
  const day = ISO.exec(value)?.[1]
  if (day === undefined || !isDay(day)) return undefined
  const parsedMs = Date.parse(value)
  return Number.isNaN(parsedMs) ? undefined : parsedMs
}

/** Tells `2027-02-28` from `2027-02-30`, which `Date` takes for the second of March. */
function isDay(day: string): boolean {
  const parsedMs = Date.parse(day)
  return !Number.isNaN(parsedMs) && new Date(parsedMs).toISOString().startsWith(day)
}
