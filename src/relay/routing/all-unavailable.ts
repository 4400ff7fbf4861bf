import { type CallerError, unavailable } from '../caller-error.ts'
import { whenCallable } from './choose-target.ts'
import type { Route } from './router.ts'

/**
 * What is said to the caller of a model whose targets are all left alone at `nowMs` (monotonic);
 * `headers` are names and values in turn and tell when to come back.
 */
export function allUnavailable(
  { model, tiers }: Route,
  nowMs: number,
): { readonly error: CallerError; readonly headers: readonly string[] } {
  const { reason, waitMs } = whenCallable(tiers.flat(), nowMs)
  const seconds = Math.ceil(waitMs / 1_000)
  const why = reason === 'broken' ? 'have failed too often' : 'have asked to be left alone'
  const message = `all targets of ${model} ${why}: try again in ${seconds} s`
  return {
    error: unavailable('all_targets_unavailable', message),
    headers: ['retry-after', String(seconds), 'retry-after-ms', String(Math.ceil(waitMs))],
  }
}
