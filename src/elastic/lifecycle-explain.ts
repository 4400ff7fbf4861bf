import { type IndexState, lifecyclePolicyOf } from '../search/index.ts'
import type { Json } from './index-body-reader.ts'
import { durationText } from './index-sizes-text.ts'
import type { IndexView } from './index-view.ts'
import { phasesOf } from './lifecycle-policy.ts'

/** Where an index stands in its lifecycle, as `_ilm/explain` tells it. */
export function explainLifecycle(view: IndexView, state: IndexState, nowMs: number): Json {
  const { name: index, createdMs } = view
  const policy = lifecyclePolicyOf(index, view.settings, state.policies)
  if (policy === undefined) return { index, managed: false }
  const ageMs = Math.max(0, nowMs - createdMs)
  const base = {
    index,
    managed: true,
    policy,
    index_creation_date_millis: createdMs,
    time_since_index_creation: durationText(ageMs),
  }
  const known = Object.hasOwn(state.policies, policy) ? state.policies[policy] : undefined
  if (known === undefined) {
    const reason = `policy [${policy}] does not exist`
    return { ...base, step: 'ERROR', step_info: { type: 'illegal_argument_exception', reason } }
  }
  const phase = currentPhase(known.policy, view, ageMs)
  if (phase === undefined)
    return { ...base, lifecycle_date_millis: createdMs, age: durationText(ageMs) }
  const sinceMs = createdMs + phase.minAgeMs
  return {
    ...base,
    lifecycle_date_millis: createdMs,
    age: durationText(ageMs),
    phase: phase.name,
    phase_time_millis: sinceMs,
    action: phase.action,
    action_time_millis: sinceMs,
    step: phase.step,
    step_time_millis: sinceMs,
    phase_execution: {
      policy,
      phase_definition: phase.definition,
      version: known.version,
      modified_date_in_millis: known.modifiedMs,
    },
  }
}

/** The last phase whose age the index has; in `hot` it stays until it was rolled over. */
function currentPhase(policy: Json, view: IndexView, ageMs: number) {
  const phases = phasesOf(policy)
  const [first] = phases
  const isRolling = first?.name === 'hot' && first.actions.rollover !== undefined && isWritten(view)
  const reached = isRolling ? first : phases.filter(({ minAgeMs }) => minAgeMs <= ageMs).at(-1)
  if (reached === undefined) return undefined
  if (isRolling) return { ...reached, action: 'rollover', step: 'check-rollover-ready' }
  if (reached.name === 'delete') return { ...reached, action: 'delete', step: 'delete' }
  return { ...reached, action: 'complete', step: 'complete' }
}

/** A log index is rolled over by the day alone. */
function isWritten({ kind, settings, aliases }: IndexView): boolean {
  if (kind === 'log' || settings['index.lifecycle.indexing_complete'] === 'true') return false
  const alias = settings['index.lifecycle.rollover_alias']
  if (typeof alias !== 'string') return false
  return Object.hasOwn(aliases, alias) && aliases[alias]?.is_write_index !== false
}
