import { illegalArgument } from '../search/index.ts'
import type { IndexCatalog } from './index-catalog.ts'

/** The setting that says whether patterns may name what is deleted, opened or closed. */
export const REQUIRES_NAME = 'action.destructive_requires_name'

/**
 * Refuses patterns where much could be lost by one, unless the cluster's setting allows them.
 *
 * @throws SearchFailure
 */
export async function refusePatterns(expression: string, catalog: IndexCatalog): Promise<void> {
  const isPattern = expression === '' || expression === '_all' || expression.includes('*')
  if (!isPattern) return
  const settings = await catalog.indices.clusterSettings()
  const set = settings[`transient.${REQUIRES_NAME}`] ?? settings[`persistent.${REQUIRES_NAME}`]
  if (set === 'false') return
  throw illegalArgument('Wildcard expressions or all indices are not allowed')
}
