import type { CallRecord, IncomingDocument } from '../record/index.ts'

/** A record on its way through the processors. */
export interface PipelineEvent {
  readonly record: CallRecord
  /** The document as somebody else sent it; absent for our own calls. */
  readonly document?: IncomingDocument
}

/** One step of the pipeline: a pure function, so that a replay gives the same record. */
export interface Processor {
  readonly name: string
  process(event: PipelineEvent): PipelineEvent
}

/** Returns `event` with `fields` laid over its record. */
export function withFields(event: PipelineEvent, fields: CallRecord): PipelineEvent {
  return { ...event, record: { ...event.record, ...fields } }
}
