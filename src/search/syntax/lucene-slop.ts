import { queryShardFailure } from '../search-failure.ts'

const MOST_EDITS = 2

/**
 * Reads what stands behind the `~` of a word: edits, `AUTO`, or nothing (undefined).
 *
 * @throws SearchFailure when it is neither
 */
export function fuzzyDistance(text: string): number | string | undefined {
  if (text === '') return undefined
  if (text.toUpperCase() === 'AUTO') return 'AUTO'
  const edits = leadingNumber(text)
  if (edits === undefined) throw illegal(`fuzziness cannot be [${text}].`)
  if (!Number.isInteger(edits)) {
    throw illegal(`fuzziness needs to be one of 0.0, 1.0 or 2.0 but was ${edits}`)
  }
  if (edits > MOST_EDITS) throw illegal(`Valid edit distances are [0, 1, 2] but was [${edits}]`)
  return edits
}

/** Reads what stands behind the `~` of a phrase; undefined when it is no number. */
export function phraseSlop(text: string): number | undefined {
  const slop = leadingNumber(text)
  return slop === undefined ? undefined : Math.min(Math.trunc(slop), MOST_SLOP)
}

const MOST_SLOP = 2_147_483_647

function leadingNumber(text: string): number | undefined {
  return /^(?:\d+(?:\.\d*)?|\.\d+)$/.test(text) ? Number(text) : undefined
}

function illegal(reason: string) {
  return queryShardFailure(reason, 'illegal_argument_exception')
}
