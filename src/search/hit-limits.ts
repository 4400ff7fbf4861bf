import { illegalOnShard } from './search-failure.ts'
import type { SearchRequest, ViewKind } from './search-request.ts'
import type { PartGroup } from './searched-parts.ts'

/** Elasticsearch's usual settings of an index. */
const USUAL = {
  max_result_window: 10_000,
  max_inner_result_window: 100,
  max_docvalue_fields_search: 100,
} as const

/** The smallest of the searched indices' settings: what one of them refuses is refused. */
function limitOf(groups: readonly PartGroup[], setting: keyof typeof USUAL): number {
  const given = groups.map(({ index }) =>
    Number(index?.settings[`index.${setting}`] ?? USUAL[setting]),
  )
  return Math.min(
    ...given.filter((number) => Number.isSafeInteger(number)),
    Number.MAX_SAFE_INTEGER,
  )
}

/**
 * Checks how many hits of each bucket are wanted.
 *
 * @throws SearchFailure naming the setting that they go beyond
 */
export function checkWindow(wanted: number, groups: readonly PartGroup[]): void {
  const window = limitOf(groups, 'max_inner_result_window')
  if (wanted <= window) return
  throw illegalOnShard(
    `Top hits result window is too large, the top hits aggregator's from + size must be less than or equal to: [${window}] but was [${wanted}]. This limit can be set by changing the [index.max_inner_result_window] index level setting.`,
  )
}

/**
 * Checks what a search wants of its hits against the settings of the indices.
 *
 * @throws SearchFailure naming the setting that it goes beyond
 */
export function checkLimits(
  { from, size, hit }: SearchRequest,
  groups: readonly PartGroup[],
  view: ViewKind | undefined,
): void {
  const window = limitOf(groups, 'max_result_window')
  if (view === 'scroll' && size > window) {
    throw illegalOnShard(
      `Batch size is too large, size must be less than or equal to: [${window}] but was [${size}]. Scroll batch sizes cost as much memory as result windows so they are controlled by the [index.max_result_window] index level setting.`,
    )
  }
  if (from + size > window) {
    throw illegalOnShard(
      `Result window is too large, from + size must be less than or equal to: [${window}] but was [${from + size}]. See the scroll api for a more efficient way to request large data sets. This limit can be set by changing the [index.max_result_window] index level setting.`,
    )
  }
  const fields = limitOf(groups, 'max_docvalue_fields_search')
  const isMapped = ({ pattern }: { readonly pattern: string }) =>
    groups.some(({ sources }) => pattern.includes('*') || sources.has(pattern))
  const wanted = hit.docvalues.filter(isMapped).length
  if (wanted > fields) {
    throw illegalOnShard(
      `Trying to retrieve too many docvalue_fields. Must be less than or equal to: [${fields}] but was [${wanted}]. This limit can be set by changing the [index.max_docvalue_fields_search] index level setting.`,
    )
  }
}
