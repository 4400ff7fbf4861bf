/**
 * Keeps of an answer what the patterns name (`hits.hits._id`, `*` for one name, `**` for any
 * path), or everything but what patterns with a leading `-` name.
 */
export function filterPath(answer: unknown, expression: string): unknown {
  const patterns = expression.split(',').map((pattern) => pattern.trim())
  const excludes = patterns.filter((pattern) => pattern.startsWith('-'))
  const includes = patterns.filter((pattern) => pattern !== '' && !pattern.startsWith('-'))
  const without = drop(
    answer,
    excludes.map((pattern) => pattern.slice(1).split('.')),
  )
  if (includes.length === 0) return without
  return (
    keep(
      without,
      includes.map((pattern) => pattern.split('.')),
    ) ?? {}
  )
}

type Pattern = readonly string[]

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What is left of the patterns behind a name; an empty one says that the name was meant. */
function behind(patterns: readonly Pattern[], name: string): readonly Pattern[] {
  return patterns.flatMap((pattern): readonly Pattern[] => {
    const [first, ...rest] = pattern
    if (first === undefined) return []
    if (first === '**') {
      const deeper = rest[0] !== undefined && fits(rest[0], name) ? [rest.slice(1)] : []
      return rest.length === 0 ? [[]] : [pattern, ...deeper]
    }
    return fits(first, name) ? [rest] : []
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
  if (Array.isArray(value)) {
    const items = value.map((item) => keep(item, patterns)).filter((item) => item !== undefined)
    return items.length > 0 ? items : undefined
  }
  if (!isObject(value)) return undefined
  const kept: Record<string, unknown> = {}
  for (const [name, inner] of Object.entries(value)) {
    const rest = behind(patterns, name)
    const found = rest.some((pattern) => pattern.length === 0) ? inner : keep(inner, rest)
    if (rest.length > 0 && found !== undefined) kept[name] = found
  }
  return Object.keys(kept).length > 0 ? kept : undefined
}

function drop(value: unknown, patterns: readonly Pattern[]): unknown {
  if (patterns.length === 0) return value
  if (Array.isArray(value)) return value.map((item) => drop(item, patterns))
  if (!isObject(value)) return value
  const kept: Record<string, unknown> = {}
  for (const [name, inner] of Object.entries(value)) {
    const rest = behind(patterns, name)
    if (!rest.some((pattern) => pattern.length === 0)) kept[name] = drop(inner, rest)
  }
  return kept
}
