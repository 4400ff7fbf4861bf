import { parsingFailure, type SearchFailure } from '../search-failure.ts'

/** Characters of the text that are shown on both sides of the place. */
const CONTEXT = 40

/** A text that is not KQL: what was expected where, and the place in the text. */
export function kqlFailure(text: string, at: number, problem: string): SearchFailure {
  const start = Math.max(0, at - CONTEXT)
  const shown = text.slice(start, at + CONTEXT).replace(/[\n\r\t]/g, ' ')
  const arrow = `${'-'.repeat(at - start)}^`
  return parsingFailure(`KQL: ${problem} (character ${at + 1})\n${shown}\n${arrow}`)
}
