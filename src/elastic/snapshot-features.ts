import { illegalArgument } from '../search/index.ts'
import type { JsonReader } from './index-body-reader.ts'

/**
 * There are no features with a state of their own.
 *
 * @throws SearchFailure when one is named
 */
export function checkFeatureStates(reader: JsonReader): void {
  const named = (reader.texts('feature_states') ?? []).find((feature) => feature !== 'none')
  if (named !== undefined) throw illegalArgument(`feature state [${named}] is not supported`)
}
