import {
  EXPAND_ALL,
  type IndexState,
  lifecyclePolicyOf,
  type ResolvedIndex,
  type Settings,
} from '../search/index.ts'
import { isJson, type Json } from './index-body-reader.ts'
import type { IndexCatalog } from './index-catalog.ts'
import { type IndexView, indexView, sizeOf } from './index-view.ts'
import { evaluate, type RolloverMeasures, readConditions } from './lifecycle-conditions.ts'
import { phasesOf } from './lifecycle-policy.ts'

/** What an index's lifecycle policy asks for now. */
export type LifecycleStep =
  | { readonly kind: 'delete'; readonly index: string; readonly isLog: boolean }
  /** `target` is the alias or data stream that is to go on to its next index. */
  | { readonly kind: 'rollover'; readonly index: string; readonly target: string }
  /** It is written no more, as its settings say. */
  | { readonly kind: 'complete'; readonly index: string }
  | { readonly kind: 'error'; readonly index: string; readonly reason: string }

/** A log index that no policy holds for. */
export interface UnmanagedLog {
  readonly index: string
  /** End of its day. */
  readonly endMs: number
}

export interface LifecycleDue {
  readonly steps: readonly LifecycleStep[]
  readonly unmanagedLogs: readonly UnmanagedLog[]
}

/** Looks at every index and tells what is due by its lifecycle policy. */
export async function lifecycleDue(catalog: IndexCatalog): Promise<LifecycleDue> {
  const [catalogue, sizes] = await Promise.all([catalog.catalogue(), catalog.indices.sizes()])
  const options = { closed: 'keep', expand: EXPAND_ALL } as const
  const found = catalog.resolved(catalogue, '', {}, options)
  const nowMs = catalog.clock.nowMs()
  const { state } = catalogue
  const managed: LifecycleStep[] = []
  const unmanagedLogs: UnmanagedLog[] = []
  for (const index of found) {
    const view = indexView(index, state)
    const policy = lifecyclePolicyOf(view.name, view.settings, state.policies)
    if (policy !== undefined) {
      const measures = () => measuresOf(index, view, sizes, nowMs)
      managed.push(...stepOf(view, policy, state, { nowMs, measures }))
    } else if (view.kind === 'log') {
      unmanagedLogs.push({ index: view.name, endMs: view.rolledOverMs ?? Number.POSITIVE_INFINITY })
    }
  }
  return { steps: managed, unmanagedLogs }
}

function measuresOf(
  found: ResolvedIndex,
  { createdMs }: IndexView,
  sizes: Parameters<typeof sizeOf>[1],
  nowMs: number,
): RolloverMeasures {
  const { documents, bytes } = sizeOf(found, sizes)
  return { ageMs: nowMs - createdMs, documents, bytes }
}

interface Moment {
  readonly nowMs: number
  measures(): RolloverMeasures
}

function stepOf(
  view: IndexView,
  policyName: string,
  state: IndexState,
  moment: Moment,
): readonly LifecycleStep[] {
  const index = view.name
  const known = Object.hasOwn(state.policies, policyName) ? state.policies[policyName] : undefined
  if (known === undefined) {
    return [{ kind: 'error', index, reason: `policy [${policyName}] does not exist` }]
  }
  const { policy } = known
  const startMs = lifecycleStartMs(view, policy, moment.nowMs)
  if (startMs === undefined) return rolloverStep(view, policy, state, moment)
  const last = phasesOf(policy).find(({ name }) => name === 'delete')
  const isDue = last?.actions.delete !== undefined && moment.nowMs - startMs >= last.minAgeMs
  return isDue ? [{ kind: 'delete', index, isLog: view.kind === 'log' }] : []
}

/**
 * Since when the ages of an index's phases count: since it was rolled over, where the policy asks
 * for that, otherwise since it was made. Undefined while it waits for its rollover.
 */
export function lifecycleStartMs(
  { settings, createdMs, rolledOverMs }: IndexView,
  policy: Json,
  nowMs: number,
): number | undefined {
  const given = Number(settings['index.lifecycle.origination_date'] ?? Number.NaN)
  if (Number.isFinite(given) && given >= 0) return given
  if (rolloverOf(policy) === undefined) return createdMs
  return rolledOverMs !== undefined && rolledOverMs <= nowMs ? rolledOverMs : undefined
}

function rolloverOf(policy: Json) {
  const hot = phasesOf(policy).find(({ name }) => name === 'hot')
  const options = hot?.actions.rollover
  return isJson(options) ? { options, minAgeMs: hot?.minAgeMs ?? 0 } : undefined
}

/** Of indices that roll over by their day alone there is nothing to be done. */
function rolloverStep(
  view: IndexView,
  policy: Json,
  { dataStreams }: IndexState,
  { nowMs, measures }: Moment,
): readonly LifecycleStep[] {
  const index = view.name
  const rollover = rolloverOf(policy)
  if (view.kind === 'log' || rollover === undefined) return []
  if (Math.max(0, nowMs - view.createdMs) < rollover.minAgeMs) return []
  if (view.settings['index.lifecycle.indexing_complete'] === 'true') {
    return [{ kind: 'complete', index }]
  }
  const stream = dataStreams.find(({ name }) => name === view.dataStream)
  const target = stream === undefined ? aliasTarget(view) : { name: stream.name }
  if ('reason' in target) return [{ kind: 'error', index, reason: target.reason }]
  const measured = measures()
  const isDue =
    hasEnough(rollover.options, measured) &&
    evaluate(readConditions(rollover.options, 'rollover'), measured).isDue
  return isDue ? [{ kind: 'rollover', index, target: target.name }] : []
}

/** An empty index is not rolled over, unless the policy itself says how few documents will do. */
function hasEnough(options: Json, { documents }: RolloverMeasures): boolean {
  const isSaid = options.min_docs !== undefined || options.min_primary_shard_docs !== undefined
  return isSaid || documents > 0
}

type Target = { readonly name: string } | { readonly reason: string }

function aliasTarget({ name, settings, aliases }: IndexView): Target {
  const alias = aliasSetting(settings)
  if (alias === '') {
    const reason = `setting [index.lifecycle.rollover_alias] for index [${name}] is empty or not defined`
    return { reason }
  }
  if (!Object.hasOwn(aliases, alias)) {
    const reason = `index.lifecycle.rollover_alias [${alias}] does not point to index [${name}]`
    return { reason }
  }
  if (aliases[alias]?.is_write_index === false) {
    return { reason: `index [${name}] is not the write index for alias [${alias}]` }
  }
  return { name: alias }
}

function aliasSetting(settings: Settings): string {
  return String(
    settings['index.lifecycle.rollover_alias'] ??
      settings['index.plugins.index_state_management.rollover_alias'] ??
      '',
  )
}
