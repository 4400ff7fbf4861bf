import { illegalArgument } from '../search-failure.ts'

/** Words so common in English that a search for them finds next to everything. */
const ENGLISH =
  'a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was will with'.split(
    ' ',
  )

/** @throws SearchFailure for lists of other languages */
export function readStopWords(list: readonly string[]): readonly string[] {
  return list.flatMap((word) => {
    if (word === '_english_') return ENGLISH
    if (word === '_none_') return []
    if (/^_.+_$/.test(word)) throw illegalArgument(`stopwords [${word}] are not supported`)
    return [word]
  })
}

/** What the `cjk` analyzer leaves out. */
export const CJK_STOP_WORDS: readonly string[] = [
  ...ENGLISH.filter((word) => word !== 'an'),
  's',
  't',
  'www',
]
