import { CALL_INDEX_PREFIX, dayOf } from '../record/index.ts'
import type { PipelineEvent } from './pipeline-event.ts'

const DATED_INDEX = /^(.+)-(\d{4})\.(\d{2})\.(\d{2})$/

export interface Route {
  readonly indexPrefix: string
  /** `YYYY-MM-DD` */
  readonly day: string
}

/**
 * Picks the daily index of an event: the day a sender named in the index, else the UTC day of
 * the event itself. Never an empty name.
 */
export function route({ document, record }: PipelineEvent): Route {
  const ownDay = dayOf(record['@timestamp'] ?? 0)
  if (document === undefined || document.index === '') {
    return { indexPrefix: CALL_INDEX_PREFIX, day: ownDay }
  }
  const dated = DATED_INDEX.exec(document.index)
  if (dated === null) return { indexPrefix: document.index, day: ownDay }
  const [, indexPrefix = CALL_INDEX_PREFIX, year, month, day] = dated
  const named = `${year}-${month}-${day}`
  return Number.isNaN(Date.parse(named))
    ? { indexPrefix: document.index, day: ownDay }
    : { indexPrefix, day: named }
}
