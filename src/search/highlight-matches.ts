import {
  phrasesAt,
  type QueryTerm,
  type QueryToken,
  type Token,
  wordMatcher,
} from '../store/index.ts'
import type { SoughtWords } from './highlight-terms.ts'

/** A place of a text that a query is about, in UTF-16 units. */
export interface Match {
  readonly start: number
  readonly end: number
  /** What was found there: of the same thing repetitions count less. */
  readonly term: string
}

/** Finds what is sought in a text, given with its tokens. */
export type Matcher = (text: string, tokens: readonly Token[]) => readonly Match[]

/** Makes what finds words, phrases and patterns; matches come in their order, and may overlap. */
export function wordsMatcher(sought: readonly SoughtWords[]): Matcher {
  const finders = sought.map(finderOf)
  return (text, tokens) =>
    finders
      .flatMap((find, place) => find(text, tokens, String(place)))
      .sort((a, b) => a.start - b.start || a.end - b.end)
}

type Finder = (text: string, tokens: readonly Token[], name: string) => readonly Match[]

function finderOf(sought: SoughtWords): Finder {
  switch (sought.kind) {
    case 'tokens':
      return tokensFinder(sought.tokens)
    case 'phrase':
      return sought.terms.length === 1
        ? tokensFinder(sought.terms.flatMap(({ tokens }) => tokens))
        : phraseFinder(sought.terms, sought.slop)
    case 'pattern': {
      const fits = remembered(wordMatcher(sought.pattern, sought.ignoreCase))
      return (_, tokens, name) =>
        tokens
          .filter(({ forms }) => forms.some(fits))
          .map((token) => ({ ...placeOf(token), term: name }))
    }
    case 'literal':
      return literalFinder(sought.fragments)
    default:
      return sought satisfies never
  }
}

function placeOf({ start, end }: Token): { readonly start: number; readonly end: number } {
  return { start, end }
}

/** Words come again and again in a text: each is compared once. */
function remembered(fits: (form: string) => boolean): (form: string) => boolean {
  const known = new Map<string, boolean>()
  return (form) => {
    const before = known.get(form)
    if (before !== undefined) return before
    const found = fits(form)
    known.set(form, found)
    return found
  }
}

/** Tokens of a query by what they are compared with. */
class TokenSet {
  readonly #exact = new Map<string, number>()
  readonly #prefixes: (readonly [string, number])[] = []

  constructor(tokens: readonly QueryToken[]) {
    for (const [place, { text, prefix }] of tokens.entries()) {
      if (prefix) this.#prefixes.push([text, place])
      else if (!this.#exact.has(text)) this.#exact.set(text, place)
    }
  }

  /** The query's token that is one of the forms; undefined when none is. */
  find(forms: readonly string[]): { readonly place: number; readonly length?: number } | undefined {
    for (const form of forms) {
      const place = this.#exact.get(form)
      if (place !== undefined) return { place }
      for (const [text, at] of this.#prefixes) {
        if (form.startsWith(text)) return { place: at, length: text.length }
      }
    }
    return undefined
  }
}

/** Type of the tokens that stand for two characters of a run without blanks. */
const PAIR_TYPE = '<DOUBLE>'

function tokensFinder(wanted: readonly QueryToken[]): Finder {
  const set = new TokenSet(wanted)
  return (_, tokens, name) => {
    const matches: Match[] = []
    for (const token of tokens) {
      const found = set.find(token.forms)
      if (found === undefined) continue
      const { start, end, type } = token
      // a single character finds the pairs that begin with it
      const own = type === PAIR_TYPE ? Math.min(end, start + (found.length ?? end)) : end
      matches.push({ start, end: own, term: `${name} ${found.place}` })
    }
    return matches
  }
}

function phraseFinder(terms: readonly QueryTerm[], slop: number): Finder {
  const sets = terms.map(({ tokens }) => new TokenSet(tokens))
  return (_, tokens, name) => {
    const byPosition = new Map(tokens.map((token) => [token.position, token]))
    const places = sets.map((set, term) =>
      tokens
        .filter(({ forms }) => set.find(forms) !== undefined)
        .map(({ position }) => position - terms[term]!.offset),
    )
    return phrasesAt(places, slop).map((starts) => {
      const own = starts.map((place, term) => byPosition.get(place + terms[term]!.offset)!)
      return {
        start: Math.min(...own.map(({ start }) => start)),
        end: Math.max(...own.map(({ end }) => end)),
        term: name,
      }
    })
  }
}

function literalFinder(fragments: readonly string[]): Finder {
  const wanted = fragments.map((fragment) => fragment.toLowerCase()).filter((one) => one !== '')
  return (text, _, name) => {
    const lower = text.toLowerCase()
    // where lower case has another length, places would be others
    const source = lower.length === text.length ? lower : text
    return wanted.flatMap((fragment, place) => {
      const matches: Match[] = []
      for (let at = source.indexOf(fragment); at >= 0; at = source.indexOf(fragment, at + 1)) {
        matches.push({ start: at, end: at + fragment.length, term: `${name} ${place}` })
      }
      return matches
    })
  }
}
