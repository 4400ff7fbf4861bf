import { type IndexState, lifecyclePolicyOf } from '../search/index.ts'
import type { Json } from './index-body-reader.ts'
import { durationText } from './index-sizes-text.ts'
import type { IndexView } from './index-view.ts'
import { lifecycleStartMs } from './lifecycle-due.ts'
import { phasesOf } from './lifecycle-policy.ts'

/** Where an index stands in its lifecycle, as `_ilm/explain` tells it. */
export function explainLifecycle(view: IndexView, state: IndexState, nowMs: number): Json {
  const { name: index, createdMs } = view
  const policy = lifecyclePolicyOf(index, view.settings, state.policies)
  if (policy === undefined) return { index, managed: false }
  const base = {
    index,
    managed: true,
    policy,
    index_creation_date_millis: createdMs,
    time_since_index_creation: durationText(Math.max(0, nowMs - createdMs)),
  }
  const known = Object.hasOwn(state.policies, policy) ? state.policies[policy] : undefined
  if (known === undefined) {
    const reason = `policy [${policy}] does not exist`
    return { ...base, step: 'ERROR', step_info: { type: 'illegal_argument_exception', reason } }
  }
  const startMs = lifecycleStartMs(view, known.policy, nowMs)
  const lifecycleMs = startMs ?? createdMs
  const ageMs = Math.max(0, nowMs - lifecycleMs)
  const dated = { ...base, lifecycle_date_millis: lifecycleMs, age: durationText(ageMs) }
  const phase = currentPhase(known.policy, startMs === undefined, ageMs)
  if (phase === undefined) return dated
  const sinceMs = lifecycleMs + phase.minAgeMs
  return {
    ...dated,
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
function currentPhase(policy: Json, isRolling: boolean, ageMs: number) {
  const phases = phasesOf(policy)
  const reached = isRolling
    ? phases.find(({ name }) => name === 'hot')
    : phases.filter(({ minAgeMs }) => minAgeMs <= ageMs).at(-1)
  if (reached === undefined) return undefined
  if (isRolling) return { ...reached, action: 'rollover', step: 'check-rollover-ready' }
  if (reached.name === 'delete') return { ...reached, action: 'delete', step: 'delete' }
  return { ...reached, action: 'complete', step: 'complete' }
}
