import { messageOf } from '../kernel/index.ts'
import {
  decodeEntry,
  entryKind,
  FIELDS,
  type FieldName,
  type JournalEntry,
  type Pipeline,
  type Processed,
} from '../record/index.ts'
import type { PipelineEvent } from './pipeline-event.ts'
import { type ProcessorSettings, processors } from './processors/index.ts'
import { route } from './route.ts'

/** Makes the pipeline: journal entries in, what is to be stored out. */
export function createPipeline(settings: ProcessorSettings): Pipeline {
  const steps = processors(settings)
  return (bytes) => {
    if (entryKind(bytes) === 'open') return { kind: 'skip' }
    try {
      const entry = decodeEntry(bytes)
      if (entry.kind === 'open') return { kind: 'skip' }
      const event = steps.reduce((current, step) => step.process(current), toEvent(entry))
      return toStored(event)
    } catch (error) {
      return { kind: 'reject', reason: messageOf(error) }
    }
  }
}

function toEvent(entry: Exclude<JournalEntry, { kind: 'open' }>): PipelineEvent {
  if (entry.kind === 'document') return { record: {}, document: entry.document }
  const { record, requestBody, responseBody } = entry
  return {
    record: {
      ...record,
      ...(requestBody && { request_body: Buffer.from(requestBody).toString('utf8') }),
      ...(responseBody && { response_body: Buffer.from(responseBody).toString('utf8') }),
    },
  }
}

function toStored(event: PipelineEvent): Processed {
  const { record, document } = event
  const id = document?.id ?? record.request_id
  if (id === undefined || record['@timestamp'] === undefined) {
    return { kind: 'reject', reason: 'record has no id or no time' }
  }
  const extra = document && notInRecord(document.source, record)
  return {
    kind: 'store',
    stored: { id, ...route(event), record, ...(extra !== undefined && { extra }) },
  }
}

/** Finds what of the sender's JSON the record's own fields would not give back as it was. */
function notInRecord(
  source: Readonly<Record<string, unknown>>,
  record: PipelineEvent['record'],
): Readonly<Record<string, unknown>> | undefined {
  const rest = Object.entries(source).filter(
    ([name, value]) => !Object.hasOwn(FIELDS, name) || !givesBack(record, name as FieldName, value),
  )
  return rest.length > 0 ? Object.fromEntries(rest) : undefined
}

function givesBack(record: PipelineEvent['record'], name: FieldName, value: unknown): boolean {
  const kept = record[name]
  if (kept === undefined) return false
  if (name === '@timestamp') return value === new Date(record[name] ?? 0).toISOString()
  return (
    kept === value || (typeof kept === 'object' && JSON.stringify(kept) === JSON.stringify(value))
  )
}
