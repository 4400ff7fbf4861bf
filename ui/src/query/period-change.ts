/** How a number stands against the one of the period before. */
export type Change =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'same' }
  | { readonly kind: 'moved'; readonly direction: 'up' | 'down'; readonly amount: number }

/** A relative move below this is shown as no change. */
const NEGLIGIBLE = 0.005

/** Compares as a share of the former value: `amount` 0.12 is 12 %. Unknown without a former one. */
export function relativeChange(now: number | undefined, before: number | undefined): Change {
  if (now === undefined || before === undefined || before === 0) return { kind: 'unknown' }
  return moved((now - before) / before, NEGLIGIBLE)
}

/** Compares two shares by their difference: from 0.02 to 0.05 is up by 0.03 (points). */
export function pointChange(now: number | undefined, before: number | undefined): Change {
  if (now === undefined || before === undefined) return { kind: 'unknown' }
  return moved(now - before, NEGLIGIBLE / 100)
}

/** Share of failed calls, undefined when there were none at all. */
export function errorRate({ calls, failed }: { calls: number; failed: number }) {
  return calls === 0 ? undefined : failed / calls
}

function moved(difference: number, negligible: number): Change {
  if (Math.abs(difference) < negligible) return { kind: 'same' }
  return {
    kind: 'moved',
    direction: difference > 0 ? 'up' : 'down',
    amount: Math.abs(difference),
  }
}
