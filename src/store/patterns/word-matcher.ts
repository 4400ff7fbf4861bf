import { fold } from '../fold.ts'
import type { WordPattern } from '../reading/filter.ts'
import { FOLDED } from '../tokens.ts'
import { Characters } from './characters.ts'
import { compilePattern } from './word-pattern.ts'

/**
 * Makes the test whether a form of a word, as the word index holds it, fits a pattern.
 *
 * @throws RegexpProblem for a pattern that is none
 */
export function wordMatcher(pattern: WordPattern, ignoreCase: boolean): (form: string) => boolean {
  const { written, unaccented } = compilePattern(pattern, ignoreCase)
  const characters = new Characters()
  return (form) => {
    if (form.startsWith(FOLDED) && form.length > FOLDED.length) {
      return written.foldsToo && written.fits(characters.ofText(form.slice(FOLDED.length)))
    }
    if (written.fits(characters.ofText(form))) return true
    return unaccented !== undefined && fold(form) === form && unaccented.fits(characters)
  }
}
