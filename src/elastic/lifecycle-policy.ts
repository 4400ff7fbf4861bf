import { illegalArgument, SearchFailure } from '../search/index.ts'
import { isJson, type Json, JsonReader } from './index-body-reader.ts'
import { readConditions, requireMaximum } from './lifecycle-conditions.ts'
import { timeMs } from './parameters.ts'

/** Phases in the order that an index goes through them. */
const PHASES = ['hot', 'warm', 'cold', 'frozen', 'delete'] as const

/** They move shards, copies and files of another engine about: here there is nothing to move. */
const WITHOUT_EFFECT = ['allocate', 'forcemerge', 'migrate', 'set_priority', 'shrink', 'unfollow']

/** Actions of Elasticsearch that are not supported. */
const UNSUPPORTED = ['downsample', 'freeze', 'readonly', 'searchable_snapshot', 'wait_for_snapshot']

const MAX_NAME_BYTES = 255

/**
 * Checks the body of `PUT _ilm/policy`. Returns the policy in it, as it stands there.
 *
 * @throws SearchFailure for what is wrong, and naming what is not supported
 */
export function readPolicy(name: string, body: Json): Json {
  checkPolicyName(name)
  const policy = new JsonReader(body, 'put_lifecycle_request', ['policy']).object('policy')
  if (policy === undefined) throw illegalArgument('Required [policy]')
  const reader = new JsonReader(policy, 'lifecycle_policy', ['phases', '_meta', 'deprecated'])
  reader.object('_meta')
  const phases = reader.object('phases')
  if (phases === undefined) throw illegalArgument('Required [phases]')
  for (const [phase, given] of Object.entries(phases)) checkPhase(phase, given)
  return policy
}

function checkPolicyName(name: string): void {
  const fault =
    name.includes(',') || name.includes(' ')
      ? "Policy name cannot contain ',' or whitespace"
      : name.startsWith('_')
        ? "Policy name cannot start with '_'"
        : Buffer.byteLength(name) > MAX_NAME_BYTES
          ? `Policy name cannot be longer than ${MAX_NAME_BYTES} bytes`
          : undefined
  if (fault === undefined) return
  throw new SearchFailure({
    type: 'illegal_argument_exception',
    reason: `invalid policy name [${name}]: ${fault}`,
    status: 400,
  })
}

function checkPhase(phase: string, given: unknown): void {
  if (!PHASES.some((known) => known === phase)) {
    throw illegalArgument(`Timeseries lifecycle does not support phase [${phase}]`)
  }
  const reader = new JsonReader(given, 'phase', ['min_age', 'actions'])
  const age = reader.text('min_age')
  if (age !== undefined) timeMs(age, 'min_age')
  const actions = reader.object('actions') ?? {}
  for (const [action, options] of Object.entries(actions)) checkAction(phase, action, options)
}

function checkAction(phase: string, action: string, options: unknown): void {
  if (UNSUPPORTED.includes(action)) {
    throw illegalArgument(`action [${action}] in phase [${phase}] is not supported`)
  }
  const isRight =
    action === 'rollover'
      ? phase === 'hot'
      : action === 'delete'
        ? phase === 'delete'
        : WITHOUT_EFFECT.includes(action) && phase !== 'delete'
  if (!isRight) throw illegalArgument(`invalid action [${action}] defined in phase [${phase}]`)
  if (!isJson(options)) throw illegalArgument(`action [${action}] must be an object`)
  if (action === 'rollover') requireMaximum(readConditions(options, 'rollover'))
  if (action === 'delete') {
    new JsonReader(options, 'delete', ['delete_searchable_snapshot']).boolean(
      'delete_searchable_snapshot',
    )
  }
}

/** The phases of a policy with the age that each begins at, in their order. */
export function phasesOf(policy: Json) {
  const phases = isJson(policy.phases) ? policy.phases : {}
  return PHASES.flatMap((name) => {
    const phase = phases[name]
    if (!isJson(phase)) return []
    const minAgeMs = typeof phase.min_age === 'string' ? timeMs(phase.min_age, 'min_age') : 0
    return [
      { name, minAgeMs, definition: phase, actions: isJson(phase.actions) ? phase.actions : {} },
    ]
  })
}
