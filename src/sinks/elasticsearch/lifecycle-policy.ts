import type { JsonObject } from './json-object.ts'
import type { Mark } from './set-up-item.ts'

/** Policy of Elasticsearch's lifecycle management; its indices are of one day, none rolls over. */
export function ilmPolicy(retentionDays: number): JsonObject {
  const hot = { min_age: '0ms', actions: {} }
  if (retentionDays === 0) return { phases: { hot } }
  return { phases: { hot, delete: { min_age: `${retentionDays}d`, actions: { delete: {} } } } }
}

const TITLE = 'Indices of Bellwether'

/** Policy of OpenSearch's index state management. */
export function ismPolicy(retentionDays: number): JsonObject {
  const remove = { name: 'delete', actions: [{ delete: {} }], transitions: [] }
  const transitions =
    retentionDays === 0
      ? []
      : [{ state_name: 'delete', conditions: { min_index_age: `${retentionDays}d` } }]
  return {
    default_state: 'hot',
    states: [{ name: 'hot', actions: [], transitions }, ...(retentionDays === 0 ? [] : [remove])],
    ism_template: [{ index_patterns: ['holysheep-*'], priority: 200 }],
  }
}

/** Such a policy has no `_meta`: the mark stands in its description. */
export function ismDescription({ sent, kept }: Mark): string {
  return `${TITLE} (${sent} ${kept})`
}

const MARKED = /\(([0-9a-f]{16}) ([0-9a-f]{16})\)$/

/** What the cluster adds to a policy of its own accord. */
const ADDED = ['policy_id', 'last_updated_time', 'schema_version', 'error_notification']

/** Splits a policy that the cluster gave back into what was put and its mark. */
export function ismPresent(policy: JsonObject): {
  readonly body: JsonObject
  readonly mark: Mark | undefined
} {
  const { description, ...rest } = policy
  const [, sent, kept] = MARKED.exec(String(description)) ?? []
  const body = Object.fromEntries(Object.entries(rest).filter(([name]) => !ADDED.includes(name)))
  const isOurs = sent !== undefined && kept !== undefined
  return { body, mark: isOurs ? { sent, kept } : undefined }
}
