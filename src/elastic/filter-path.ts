import { illegalArgument } from '../search/index.ts'

/**
 * Keeps of an answer what the patterns name (`hits.hits._id`, `*` for one name, `**` for any
 * path), or everything but what patterns with a leading `-` name.
 *
 * @throws SearchFailure for more names than anybody needs
 */
export function filterPath(answer: unknown, expression: string): unknown {
  const patterns = expression.split(',').map((pattern) => pattern.trim())
  const excludes = patterns.filter((pattern) => pattern.startsWith('-'))
  const includes = patterns.filter((pattern) => pattern !== '' && !pattern.startsWith('-'))
  const [dropped, kept] = [excludes.map((pattern) => pattern.slice(1)), includes].map(patternsOf)
  const without = drop(answer, dropped!)
  return includes.length === 0 ? without : (keep(without, kept!) ?? {})
}

/** Names of all patterns together. */
const MAX_NAMES = 1_000

/** A pattern of which the names before `at` have been found. */
interface Pattern {
  readonly names: readonly string[]
  readonly at: number
}

function patternsOf(texts: readonly string[]): readonly Pattern[] {
  const patterns = texts.map((text) => ({ names: text.split('.'), at: 0 }))
  const names = patterns.reduce((sum, pattern) => sum + pattern.names.length, 0)
  if (names > MAX_NAMES) {
    throw illegalArgument(`[filter_path] may have at most [${MAX_NAMES}] names, found [${names}]`)
  }
  return patterns
}

function isWhole({ names, at }: Pattern): boolean {
  return at >= names.length
}

/** A number that is written as it was read is an object to JavaScript. */
const { isRawJSON } = JSON as unknown as { isRawJSON(value: unknown): boolean }

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawJSON(value)
}

/** What is left of the patterns behind a name; one that is whole says that the name was meant. */
function behind(patterns: readonly Pattern[], name: string): readonly Pattern[] {
  const left = patterns.flatMap(({ names, at }): readonly Pattern[] => {
    const first = names[at]
    if (first === undefined) return []
    if (first !== '**') return fits(first, name) ? [{ names, at: at + 1 }] : []
    const next = names[at + 1]
    if (next === undefined) return [{ names, at: at + 1 }]
    return fits(next, name)
      ? [
          { names, at },
          { names, at: at + 2 },
        ]
      : [{ names, at }]
  })
  return left.length < 2 ? left : distinct(left)
}

/** Several `**` find the same place in many ways. */
function distinct(patterns: readonly Pattern[]): readonly Pattern[] {
  const seen = new Map<readonly string[], Set<number>>()
  return patterns.filter(({ names, at }) => {
    const places = seen.get(names) ?? new Set()
    seen.set(names, places)
    return !places.has(at) && places.add(at)
  })
}

/** Compares a name with a pattern of one segment. */
function fits(pattern: string, name: string): boolean {
  if (!pattern.includes('*')) return pattern === name
  const pieces = pattern.split('*')
  let place = pieces[0]!.length
  if (!name.startsWith(pieces[0]!)) return false
  for (const piece of pieces.slice(1, -1)) {
    const found = name.indexOf(piece, place)
    if (found < 0) return false
    place = found + piece.length
  }
  const last = pieces.at(-1)!
  return name.length - last.length >= place && name.endsWith(last)
}

function keep(value: unknown, patterns: readonly Pattern[]): unknown {
  if (patterns.length === 0) return undefined
  if (Array.isArray(value)) {
    const items = value.map((item) => keep(item, patterns)).filter((item) => item !== undefined)
    return items.length > 0 ? items : undefined
  }
  if (!isObject(value)) return undefined
  const kept = Object.entries(value).flatMap(([name, inner]) => {
    const rest = behind(patterns, name)
    const found = rest.some(isWhole) ? inner : keep(inner, rest)
    return found === undefined ? [] : [[name, found] as const]
  })
  return kept.length > 0 ? Object.fromEntries(kept) : undefined
}

function drop(value: unknown, patterns: readonly Pattern[]): unknown {
  if (patterns.length === 0) return value
  if (Array.isArray(value)) return value.map((item) => drop(item, patterns))
  if (!isObject(value)) return value
  const kept = Object.entries(value).flatMap(([name, inner]) => {
    const rest = behind(patterns, name)
    return rest.some(isWhole) ? [] : [[name, drop(inner, rest)] as const]
  })
  return Object.fromEntries(kept)
}
