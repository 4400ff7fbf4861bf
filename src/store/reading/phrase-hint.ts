import { FOLDED, foldedText, type QueryTerm } from '../tokens.ts'

/** So many terms tell a text from most others. */
const MOST_TERMS = 16
/** A token of this length may be the beginning of a longer word. */
const CUT_UNITS = 64

const PLAIN = /^[a-z0-9]+$/

/**
 * Makes a test that most texts without the phrase fail, in a fraction of the time that finding
 * all of their words takes: that the terms stand in the text one behind the other, accents
 * aside. Undefined for phrases that it cannot be made for.
 */
export function phraseHint(terms: readonly QueryTerm[]): ((text: string) => boolean) | undefined {
  const parts: string[] = []
  let end = '(?![a-z0-9])'
  for (const [place, { tokens, offset }] of terms.slice(0, MOST_TERMS).entries()) {
    const forms = new Set(tokens.map(({ text }) => foldedText(written(text))))
    const isPlain = [...forms].every((form) => PLAIN.test(form) && form.length < CUT_UNITS)
    if (!isPlain || forms.size === 0 || offset !== terms[0]!.offset + place) return undefined
    if (tokens.some(({ prefix }) => prefix)) {
      if (place < terms.length - 1) return undefined
      end = ''
    }
    parts.push(`(?:${[...forms].join('|')})`)
  }
  // between two of these characters no word ever ends
  const pattern = new RegExp(`(?<![a-z0-9])${parts.join('[^a-z0-9]+')}${end}`)
  return (text) => pattern.test(foldedText(text))
}

function written(token: string): string {
  return token.startsWith(FOLDED) ? token.slice(FOLDED.length) : token
}
