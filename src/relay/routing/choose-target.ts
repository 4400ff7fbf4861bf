import type { Breaker } from './breaker.ts'

/** What has to be known of a target to choose it. */
export interface Choosable {
  /** Share of the calls among the targets it is chosen from; above 0. */
  readonly weight: number
  readonly breaker: Pick<Breaker, 'mayCall'>
}

/**
 * Picks one of `targets`, which are those of one priority, at random by weight. Leaves out those
 * that may not be called now, and takes one that was `tried` before only when no other is left.
 *
 * @returns undefined when none may be called
 */
export function chooseTarget<T extends Choosable>(
  targets: readonly T[],
  tried: ReadonlySet<T>,
  random: () => number,
): T | undefined {
  const untried = pick(targets, (target) => !tried.has(target), random)
  if (untried !== undefined || tried.size === 0) return untried
  return pick(targets, (target) => tried.has(target), random)
}

/** Replaces the pick by each further target with its share of the weight so far. */
function pick<T extends Choosable>(
  targets: readonly T[],
  suits: (target: T) => boolean,
  random: () => number,
): T | undefined {
  let picked: T | undefined
  let weight = 0
  for (const target of targets) {
    if (!target.breaker.mayCall() || !suits(target)) continue
    weight += target.weight
    if (picked === undefined || random() * weight < target.weight) picked = target
  }
  return picked
}

/** Why none of the targets of a model may be called, and for how long. */
export interface WhenCallable {
  /** `resting`: each was called too often and has said how long to wait. */
  readonly reason: 'broken' | 'resting'
  /** Until the first of them may be called, as far as is known; at least a second. */
  readonly waitMs: number
}

/** While a probe is out nobody knows for how long; to ask again each second costs nothing. */
const MIN_WAIT_MS = 1_000

/** Says when one of `targets`, none of which may be called, may be called again. */
export function whenCallable(
  targets: readonly { readonly breaker: Pick<Breaker, 'state' | 'callableFromMs'> }[],
  monotonicMs: number,
): WhenCallable {
  let soonestMs = Number.POSITIVE_INFINITY
  let reason: WhenCallable['reason'] = 'resting'
  for (const { breaker } of targets) {
    soonestMs = Math.min(soonestMs, breaker.callableFromMs)
    if (breaker.state !== 'closed') reason = 'broken'
  }
  const waitMs = targets.length === 0 ? 0 : soonestMs - monotonicMs
  return { reason, waitMs: Math.max(MIN_WAIT_MS, waitMs) }
}
