import { dayOf, indexName } from '../record/index.ts'
import { illegalArgument } from '../search/index.ts'

/** What may be written to: `holysheep-NAME` (the day follows from the document) or with its day. */
const DATED = /^(holysheep-[a-z0-9][a-z0-9._-]*)-(\d{4})\.(\d{2})\.(\d{2})$/
const PLAIN = /^holysheep-[a-z0-9][a-z0-9._-]*$/

const TIME_NAMES = ['@timestamp', 'timestamp', 'time', 'ts', 'created'] as const
const EARLIEST_MS = Date.UTC(2000, 0, 1)
const LATEST_MS = Date.UTC(2100, 0, 1)

/**
 * Finds the index that a document goes to. A name without day gets the UTC day of the document's
 * time, or of its arrival.
 *
 * @throws SearchFailure for a name that cannot be written to
 */
export function writeTarget(
  index: string,
  source: Readonly<Record<string, unknown>>,
  receivedMs: number,
): string {
  const dated = DATED.exec(index)
  if (dated !== null) {
    const [, , year, month, day] = dated
    const ms = Date.parse(`${year}-${month}-${day}`)
    if (!Number.isNaN(ms) && new Date(ms).getUTCDate() === Number(day)) return index
  } else if (PLAIN.test(index)) return indexName(index, dayOf(timeOf(source, receivedMs)))
  throw illegalArgument(
    `index [${index}] cannot be written to: documents go to [holysheep-NAME] or [holysheep-NAME-YYYY.MM.DD]`,
  )
}

function timeOf(source: Readonly<Record<string, unknown>>, receivedMs: number): number {
  const given = TIME_NAMES.map((name) => source[name]).find((value) => value !== undefined)
  const ms = toMs(given)
  return ms !== undefined && ms >= EARLIEST_MS && ms < LATEST_MS ? ms : receivedMs
}

const ZONE = /(?:Z|[+-]\d{2}:?\d{2})$/

function toMs(value: unknown): number | undefined {
  if (typeof value === 'number') return value < 1e10 ? value * 1_000 : value
  if (typeof value !== 'string') return undefined
  const text = value.trim().replace(' ', 'T')
  // without a zone it is UTC
  const ms = Date.parse(text.includes('T') && !ZONE.test(text) ? `${text}Z` : text)
  return Number.isNaN(ms) ? undefined : ms
}
