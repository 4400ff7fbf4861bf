import { type PipelineEvent, withFields } from '../pipeline-event.ts'

/** Returns `event` with `tag`, once. */
export function withTag(event: PipelineEvent, tag: string): PipelineEvent {
  const tags = event.record.tags ?? []
  return tags.includes(tag) ? event : withFields(event, { tags: [...tags, tag] })
}
