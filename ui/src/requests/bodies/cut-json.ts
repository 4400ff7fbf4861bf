import { parseJson } from './json-value.ts'

/** Deeper than any body the relay takes. */
const DEEPEST = 512

/** Where a text that was cut ends, and how to close it there. */
interface Cut {
  /** Where the string begins to be whole characters no more; undefined outside of strings. */
  readonly stringEnd: number | undefined
  /** Brackets that are open at the end, innermost first. */
  readonly closers: string
  /** End of the last value that is whole, and the brackets open there. */
  readonly wholeEnd: number
  readonly wholeClosers: string
}

/**
 * Parses JSON that was cut somewhere, as far as it has come: a text that was cut stays, a member
 * whose value is missing is left out. Undefined when nothing can be made of it.
 */
export function parseCutJson(text: string): unknown {
  const cut = findCut(text)
  if (cut === undefined) return undefined
  const { stringEnd, closers, wholeEnd, wholeClosers } = cut
  const withString =
    stringEnd === undefined ? undefined : parseJson(`${text.slice(0, stringEnd)}"${closers}`)
  // a string that was cut may be the name of a member, which no bracket can close
  return withString ?? parseJson(text.slice(0, wholeEnd) + wholeClosers)
}

function findCut(text: string): Cut | undefined {
  let closers = ''
  let wholeEnd = 0
  let wholeClosers = ''
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case '"': {
        const { end, whole } = skipString(text, at + 1)
        if (!whole) return { stringEnd: end, closers, wholeEnd, wholeClosers }
        at = end
        continue
      }
      case '{':
      case '[':
        closers = (text[at] === '{' ? '}' : ']') + closers
        if (closers.length > DEEPEST) return undefined
        wholeEnd = at + 1
        break
      case '}':
      case ']':
        closers = closers.slice(1)
        wholeEnd = at + 1
        break
      case ',':
        wholeEnd = at
        break
      default:
        continue
    }
    wholeClosers = closers
  }
  return { stringEnd: undefined, closers, wholeEnd, wholeClosers }
}

/** Finds the closing quote of a string, or the end of what is left of it. */
function skipString(text: string, from: number): { readonly end: number; readonly whole: boolean } {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '"') return { end: at, whole: true }
    if (text[at] !== '\\') continue
    const escapeLength = text[at + 1] === 'u' ? 6 : 2
    if (at + escapeLength > text.length) return { end: at, whole: false }
    at += escapeLength - 1
  }
  return { end: text.length, whole: false }
}
