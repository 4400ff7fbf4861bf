import { SearchFailure } from '../search-failure.ts'

const MAX_BYTES = 255
const FORBIDDEN = /[\\/*?"<>| ,]/
const FORBIDDEN_LIST = `['/',',','|','>','?','*','<','"',' ','\\']`

/** What is wrong with a name, as Elasticsearch words it; undefined when nothing is. */
function faultOf(name: string): string | undefined {
  if (name === '') return 'must not be empty'
  if (FORBIDDEN.test(name)) return `must not contain the following characters ${FORBIDDEN_LIST}`
  if (name.includes('#')) return `must not contain '#'`
  if (name.includes(':')) return `must not contain ':'`
  if (/^[_\-+]/.test(name)) return `must not start with '_', '-', or '+'`
  const bytes = Buffer.byteLength(name)
  if (bytes > MAX_BYTES) return undefined
  if (name === '.' || name === '..') return `must not be '.' or '..'`
  // a file system or a log line may give another meaning to these
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return /[\x00-\x1f\x7f]/.test(name) ? 'must not contain control characters' : undefined
}

function lengthFault(name: string): string | undefined {
  const bytes = Buffer.byteLength(name)
  return bytes > MAX_BYTES ? `name is too long, (${bytes} > ${MAX_BYTES})` : undefined
}

function isLowerCase(name: string): boolean {
  return name === name.toLowerCase()
}

/** Makes the failure of an index name; `what` says what is wrong with it. */
export function invalidIndexName(name: string, what: string): SearchFailure {
  return new SearchFailure({
    type: 'invalid_index_name_exception',
    reason: `Invalid index name [${name}], ${what}`,
    status: 400,
    index: name,
  })
}

/**
 * Refuses a name that an index may not have.
 *
 * @throws SearchFailure
 */
export function checkIndexName(name: string): void {
  const length = lengthFault(name)
  const fault = faultOf(name) ?? (length && `index ${length}`)
  if (fault !== undefined) throw invalidIndexName(name, fault)
  if (!isLowerCase(name)) throw invalidIndexName(name, 'must be lowercase')
}

/** Makes the failure of an alias name; `what` says what is wrong with it. */
export function invalidAliasName(name: string, what: string): SearchFailure {
  return new SearchFailure({
    type: 'invalid_alias_name_exception',
    reason: `Invalid alias name [${name}]: ${what}`,
    status: 400,
    index: name,
  })
}

/**
 * Refuses a name that an alias may not have.
 *
 * @throws SearchFailure
 */
export function checkAliasName(name: string): void {
  const length = lengthFault(name)
  const fault = faultOf(name) ?? (length && `alias ${length}`)
  if (fault !== undefined) throw invalidAliasName(name, fault)
}

/**
 * Refuses a name that a data stream may not have.
 *
 * @throws SearchFailure
 */
export function checkDataStreamName(name: string): void {
  const fault =
    faultOf(name) ??
    lengthFault(name) ??
    (isLowerCase(name) ? undefined : 'must be lowercase') ??
    (name.startsWith('.ds-') ? `must not start with '.ds-'` : undefined)
  if (fault === undefined) return
  throw new SearchFailure({
    type: 'illegal_argument_exception',
    reason: `data_stream [${name}] ${fault}`,
    status: 400,
  })
}

/** Tells whether `name` fits a pattern in which `*` stands for any characters. */
export function fitsPattern(name: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  if (rest.length === 0) return name === pattern
  const last = rest.pop()!
  if (!name.startsWith(first) || name.length < first.length + last.length) return false
  let place = first.length
  const end = name.length - last.length
  for (const part of rest) {
    const found = name.indexOf(part, place)
    if (found === -1 || found + part.length > end) return false
    place = found + part.length
  }
  return name.endsWith(last)
}

/** Tells whether some name may fit both patterns. */
export function patternsOverlap(left: string, right: string): boolean {
  let reached = new Set([0])
  const skip = (places: Set<number>) => {
    for (const place of places) if (right[place] === '*') places.add(place + 1)
    return places
  }
  reached = skip(reached)
  for (const character of left) {
    const next = new Set<number>()
    for (const place of reached) {
      if (character === '*') {
        for (let later = place; later <= right.length; later++) next.add(later)
      } else if (right[place] === '*') next.add(place)
      else if (right[place] === character) next.add(place + 1)
    }
    reached = skip(next)
  }
  return reached.has(right.length)
}
