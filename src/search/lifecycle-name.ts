import type { IndexState, Settings } from '../store/index.ts'
import { isObject } from './body-reader.ts'
import { fitsPattern } from './name-pattern.ts'

/** Where a policy keeps the OpenSearch form that it was put in. */
export const ISM_META = 'ism'

/**
 * The lifecycle policy that an index is under: the one its settings name, or of the policies in
 * OpenSearch's form the one whose `ism_template` fits the index. Undefined when there is none.
 */
export function lifecyclePolicyOf(
  index: string,
  settings: Settings,
  policies: IndexState['policies'],
): string | undefined {
  const named =
    settings['index.lifecycle.name'] ?? settings['index.plugins.index_state_management.policy_id']
  if (named !== undefined && named !== '') return String(named)
  let chosen: { readonly name: string; readonly priority: number } | undefined
  for (const [name, { policy }] of Object.entries(policies)) {
    for (const { patterns, priority } of ismTemplates(policy)) {
      if (!patterns.some((pattern) => fitsPattern(index, pattern))) continue
      if (chosen === undefined || priority > chosen.priority) chosen = { name, priority }
    }
  }
  return chosen?.name
}

function ismTemplates(policy: Readonly<Record<string, unknown>>) {
  const meta = isObject(policy._meta) ? policy._meta[ISM_META] : undefined
  const given = isObject(meta) ? meta.ism_template : undefined
  const list: readonly unknown[] = Array.isArray(given) ? given : [given]
  return list.filter(isObject).map(({ index_patterns, priority }) => ({
    patterns: Array.isArray(index_patterns) ? index_patterns.map(String) : [],
    priority: Number(priority ?? 0),
  }))
}
