const SIZE_UNITS = ['b', 'kb', 'mb', 'gb', 'tb', 'pb'] as const

/** A number of bytes as Elasticsearch writes it: `3.4kb`. */
export function sizeText(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < SIZE_UNITS.length - 1) {
    value /= 1024
    unit++
  }
  return `${unit === 0 ? String(Math.round(value)) : shortened(value)}${SIZE_UNITS[unit]}`
}

const TIME_STEPS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const

/** Milliseconds as Elasticsearch writes them: `1.5h`. */
export function durationText(ms: number): string {
  const [unit, size] = TIME_STEPS.find(([, step]) => ms >= step) ?? ['ms', 1]
  if (unit === 'ms') return ms === 0 ? '0s' : `${Math.round(ms)}ms`
  return `${shortened(ms / size)}${unit}`
}

/** One decimal at most, cut, not rounded. */
function shortened(value: number): string {
  return String(Math.floor(value * 10) / 10)
}

/** Adds to every `x_in_bytes` an `x` to read, and to every `x_in_millis`: the parameter `human`. */
export function humanized(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(humanized)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
      const own = [name, humanized(inner)]
      if (typeof inner !== 'number') return [own]
      if (name.endsWith('_in_bytes')) return [[name.slice(0, -9), sizeText(inner)], own]
      if (name.endsWith('_in_millis')) return [[name.slice(0, -10), durationText(inner)], own]
      return [own]
    }),
  )
}
