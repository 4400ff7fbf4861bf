import { type Logger, messageOf } from '../../kernel/index.ts'
import { reasonOf } from './bulk-answer.ts'
import type { ClusterClient } from './cluster-client.ts'
import { isObject, parsedObject } from './json-object.ts'

const DAY_MS = 86_400_000
const DATED = /^holysheep-.+-(\d{4})\.(\d{2})\.(\d{2})$/

/** UTC day `YYYY-MM-DD` of an index of ours; undefined for any other. */
export function dayOfIndex(index: string): string | undefined {
  const [, year, month, day] = DATED.exec(index) ?? []
  const text = `${year}-${month}-${day}`
  return year === undefined || Number.isNaN(Date.parse(text)) ? undefined : text
}

/** Names of the indices of days. Undefined when the cluster does not tell. */
export async function dayIndices(
  client: ClusterClient,
  signal?: AbortSignal,
): Promise<readonly string[] | undefined> {
  const answer = await client.request({
    method: 'GET',
    path: '/_cat/indices/holysheep-*?format=json&h=index',
    ...(signal !== undefined && { signal }),
  })
  if (answer.kind === 'no-answer' || answer.status !== 200) return undefined
  const rows = parsedObject(`{"rows":${answer.text}}`)?.rows
  if (!Array.isArray(rows)) return undefined
  return rows
    .flatMap((row: unknown) => (isObject(row) && typeof row.index === 'string' ? [row.index] : []))
    .filter((index) => dayOfIndex(index) !== undefined)
    .sort()
}

/** Deletes the indices of days that are older than the retention, each by its name. */
export async function deleteOldIndices(
  client: ClusterClient,
  retentionDays: number,
  nowMs: number,
  logger: Logger,
): Promise<void> {
  if (retentionDays === 0) return
  const oldestMs = nowMs - retentionDays * DAY_MS
  try {
    for (const index of (await dayIndices(client)) ?? []) {
      // an index is old when its whole day is
      if (Date.parse(dayOfIndex(index) ?? '') + DAY_MS > oldestMs) continue
      const answer = await client.request({
        method: 'DELETE',
        path: `/${encodeURIComponent(index)}`,
      })
      if (answer.kind === 'no-answer') return
      if (answer.status < 300) logger.info({ index }, 'old index deleted')
      else {
        const reason = reasonOf(answer.status, parsedObject(answer.text)?.error)
        logger.warn({ index, reason }, 'old index not deleted')
      }
    }
  } catch (error) {
    logger.warn({ reason: messageOf(error) }, 'old indices not looked at')
  }
}
