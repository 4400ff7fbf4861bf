type Json = Readonly<Record<string, unknown>>

/** Relative difference up to which two numbers are the same: sums are added in another order. */
const TOLERANCE = 1e-7

/**
 * Compares two answers to the same search by meaning. Returns the first difference as text, or
 * undefined when there is none.
 */
export function difference(ours: unknown, theirs: unknown, path = ''): string | undefined {
  if (typeof ours === 'number' && typeof theirs === 'number') {
    const scale = Math.max(1, Math.abs(ours), Math.abs(theirs))
    return Math.abs(ours - theirs) <= TOLERANCE * scale ? undefined : told(path, ours, theirs)
  }
  if (Array.isArray(ours) && Array.isArray(theirs)) {
    if (ours.length !== theirs.length) return told(`${path}.length`, ours.length, theirs.length)
    return firstOf(
      ours.map((value, place) => () => difference(value, theirs[place], `${path}[${place}]`)),
    )
  }
  if (isObject(ours) && isObject(theirs)) {
    // OpenSearch adds an empty `meta` to some aggregations
    const keys = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].filter(
      (key) => key !== 'meta',
    )
    return firstOf(keys.map((key) => () => difference(ours[key], theirs[key], `${path}.${key}`)))
  }
  return Object.is(ours, theirs) ? undefined : told(path, ours, theirs)
}

function firstOf(checks: readonly (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const found = check()
    if (found !== undefined) return found
  }
  return undefined
}

function told(path: string, ours: unknown, theirs: unknown): string {
  return `${path}: ours ${shown(ours)}, theirs ${shown(theirs)}`
}

function shown(value: unknown): string {
  return String(JSON.stringify(value)).slice(0, 300)
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null
}

/** What of an answer has a meaning: not how long it took, nor scores, nor in how many parts. */
export function meaning(answer: unknown): unknown {
  if (!isObject(answer)) return answer
  if ('error' in answer) return { status: answer.status }
  const hits = answer.hits as { total?: unknown; hits: readonly Json[] }
  return {
    total: hits.total,
    hits: hits.hits.map(({ _id, sort }) => ({ _id, sort })),
    aggregations: answer.aggregations,
  }
}
