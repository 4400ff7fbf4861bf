import type { Query } from './elastic-query.ts'

const REQUEST_ID = /^req_[A-Za-z0-9_-]+$/
const PHRASE = /^"(.+)"$/s
const TEXT_FIELDS = ['error_message', 'prompt', 'response'] as const
const ID_FIELDS = ['request_id', 'trace_id', 'user_id'] as const
/** Shorter pieces are in nearly every message and cannot use its index of three letters. */
const SHORTEST_SUBSTRING = 3

/**
 * Understands what was typed into the search box: a request id finds that call; anything else
 * is tried as a trace id, a user id, words of the error, prompt or answer (all of them; quoted:
 * in this order), and as a piece of an error message. Returns undefined for an empty box.
 */
export function searchTextQuery(typed: string): Query | undefined {
  const text = typed.trim()
  if (text === '') return undefined
  if (REQUEST_ID.test(text)) return { term: { request_id: text } }
  const phrase = PHRASE.exec(text)?.[1]
  const should =
    phrase === undefined
      ? [...idClauses(text), ...wordClauses(text), ...substringClauses(text)]
      : [...phraseClauses(phrase), ...substringClauses(phrase)]
  return { bool: { should, minimum_should_match: 1 } }
}

function idClauses(text: string): Query[] {
  return /\s/.test(text) ? [] : ID_FIELDS.map((field) => ({ term: { [field]: text } }))
}

function wordClauses(text: string): Query[] {
  return TEXT_FIELDS.map((field) => ({ match: { [field]: { query: text, operator: 'and' } } }))
}

function phraseClauses(phrase: string): Query[] {
  return TEXT_FIELDS.map((field) => ({ match_phrase: { [field]: phrase } }))
}

function substringClauses(text: string): Query[] {
  if (text.length < SHORTEST_SUBSTRING) return []
  const escaped = text.replaceAll(/[\\*?]/g, '\\$&')
  return [{ wildcard: { error_message: { value: `*${escaped}*`, case_insensitive: true } } }]
}
