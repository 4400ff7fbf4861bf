import { ISM_META, illegalArgument } from '../search/index.ts'
import { isJson, type Json, JsonReader } from './index-body-reader.ts'
import { readConditions } from './lifecycle-conditions.ts'
import { timeMs } from './parameters.ts'

const POLICY_KEYS = [
  'policy_id',
  'description',
  'default_state',
  'states',
  'ism_template',
  'error_notification',
  'last_updated_time',
  'schema_version',
  'user',
]

/** They concern shards, copies and files of another engine. */
const WITHOUT_EFFECT = ['allocation', 'force_merge', 'index_priority', 'replica_count']

/** OpenSearch's names of the conditions of a rollover. */
const ROLLOVER: Readonly<Record<string, string>> = {
  min_index_age: 'max_age',
  min_doc_count: 'max_docs',
  min_size: 'max_size',
  min_primary_shard_size: 'max_primary_shard_size',
}

interface State {
  readonly name: string
  readonly actions: readonly (readonly [string, Json])[]
  readonly next: { readonly state: string; readonly minAge: string } | undefined
}

/**
 * Reads a policy in OpenSearch's form and makes it one of phases; the form it came in is kept
 * with it. What phases cannot say is refused.
 *
 * @throws SearchFailure naming what is wrong or not supported
 */
export function readIsmPolicy(body: Json): Json {
  const policy = new JsonReader(body, 'policy_request', ['policy']).object('policy')
  if (policy === undefined) throw illegalArgument('Required [policy]')
  const reader = new JsonReader(policy, 'policy', POLICY_KEYS)
  if ((policy.error_notification ?? null) !== null) {
    throw illegalArgument('[error_notification] is not supported')
  }
  checkIsmTemplates(policy.ism_template)
  const states = (reader.list('states') ?? []).map(readState)
  const start = reader.text('default_state')
  const byName = new Map(states.map((state) => [state.name, state]))
  return {
    phases: phasesFrom(start ?? '', byName),
    _meta: { [ISM_META]: policy },
  }
}

function checkIsmTemplates(given: unknown): void {
  if (given === undefined || given === null) return
  const list: readonly unknown[] = Array.isArray(given) ? given : [given]
  for (const template of list) {
    const reader = new JsonReader(template, 'ism_template', [
      'index_patterns',
      'priority',
      'last_updated_time',
    ])
    if ((reader.texts('index_patterns') ?? []).length === 0) {
      throw illegalArgument('[ism_template] requires [index_patterns]')
    }
    reader.integer('priority')
  }
}

function readState(given: unknown): State {
  const reader = new JsonReader(given, 'state', ['name', 'actions', 'transitions'])
  const name = reader.text('name')
  if (name === undefined) throw illegalArgument('[state] requires [name]')
  const transitions = reader.list('transitions') ?? []
  if (transitions.length > 1) {
    throw illegalArgument(`state [${name}]: more than one of [transitions] is not supported`)
  }
  const actions = (reader.list('actions') ?? []).map(readAction)
  const [transition] = transitions
  return { name, actions, next: transition === undefined ? undefined : readTransition(transition) }
}

function readAction(given: unknown): readonly [string, Json] {
  // how often an action is tried again is not for the policy to say here
  const { retry: _retry, timeout: _timeout, ...rest } = isJson(given) ? given : {}
  const [[name, options] = ['', undefined], other] = Object.entries(rest)
  if (other !== undefined || !isJson(options)) throw illegalArgument('malformed action of a state')
  const isKnown = name === 'rollover' || name === 'delete' || WITHOUT_EFFECT.includes(name)
  if (!isKnown) throw illegalArgument(`action [${name}] is not supported`)
  return [name, options]
}

function readTransition(given: unknown): State['next'] {
  const reader = new JsonReader(given, 'transition', ['state_name', 'conditions'])
  const state = reader.text('state_name')
  if (state === undefined) throw illegalArgument('[transition] requires [state_name]')
  const conditions = reader.object('conditions')
  if (conditions === undefined) return { state, minAge: '0ms' }
  const unknown = Object.keys(conditions).find(
    (key) => key !== 'min_index_age' && key !== 'min_rollover_age',
  )
  if (unknown !== undefined) {
    throw illegalArgument(`condition [${unknown}] of a transition is not supported`)
  }
  const own = new JsonReader(conditions, 'conditions', ['min_index_age', 'min_rollover_age'])
  const minAge = own.text('min_index_age') ?? own.text('min_rollover_age') ?? '0ms'
  timeMs(minAge, 'min_index_age')
  return { state, minAge }
}

/** States in a row become phases: what deletes is the last, what comes before is hot. */
function phasesFrom(start: string, states: ReadonlyMap<string, State>): Json {
  let hot: Json = {}
  let minAge = '0ms'
  const seen = new Set<string>()
  for (let name = start; ; ) {
    const state = states.get(name)
    if (state === undefined) throw illegalArgument(`state [${name}] does not exist`)
    if (seen.has(name)) throw illegalArgument('[transitions] that lead back are not supported')
    seen.add(name)
    for (const [action, options] of state.actions) {
      if (action === 'delete') return { hot: hotPhase(hot), delete: deletePhase(minAge) }
      if (action === 'rollover') hot = { rollover: rolloverOf(options) }
    }
    if (state.next === undefined) return { hot: hotPhase(hot) }
    minAge = longer(minAge, state.next.minAge)
    name = state.next.state
  }
}

function hotPhase(actions: Json): Json {
  return { min_age: '0ms', actions }
}

function deletePhase(minAge: string): Json {
  return { min_age: minAge, actions: { delete: {} } }
}

function longer(a: string, b: string): string {
  return timeMs(a, 'min_index_age') > timeMs(b, 'min_index_age') ? a : b
}

function rolloverOf(options: Json): Json {
  const unknown = Object.keys(options).find(
    (key) => !Object.hasOwn(ROLLOVER, key) && key !== 'copy_alias',
  )
  if (unknown !== undefined || options.copy_alias === true) {
    throw illegalArgument(`[${unknown ?? 'copy_alias'}] of [rollover] is not supported`)
  }
  const conditions = Object.fromEntries(
    Object.entries(options).flatMap(([key, value]) =>
      key === 'copy_alias' ? [] : [[ROLLOVER[key]!, value]],
    ),
  )
  readConditions(conditions, 'rollover')
  return conditions
}
