import fc from 'fast-check'

const scalar = fc.constantFrom<unknown>(null, '', 'x', 0, -1, 1e308, true, 'data:,')

/** Any JSON whose objects use some of `names`, or names that JavaScript gives a meaning to. */
export function anyJson(names: readonly string[]): fc.Arbitrary<unknown> {
  const name = fc.constantFrom(...names, '__proto__', 'constructor', 'toString')
  return fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      scalar,
      fc.array(tie('value'), { maxLength: 3 }),
      // entries, because a dictionary cannot have its own `__proto__`
      fc
        .array(fc.tuple(name, tie('value')), { maxLength: 6 })
        .map((entries) => parseEntries(entries)),
    ),
  })).value
}

function parseEntries(entries: readonly (readonly [string, unknown])[]): unknown {
  const fields = entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
  return JSON.parse(`{${fields.join(',')}}`)
}

/** Any copy of `template` in which up to three values are replaced by other JSON. */
export function anyDamaged(template: object): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const places = pathsOf(template)
  const names = [...new Set(places.flat().filter((key) => typeof key === 'string'))]
  const damage = fc.tuple(fc.constantFrom(...places), anyJson(names))
  return fc.array(damage, { minLength: 1, maxLength: 3 }).map((damages) => {
    const copy = structuredClone(template)
    for (const [path, value] of damages) replaceAt(copy, path, value)
    return copy as Readonly<Record<string, unknown>>
  })
}

type Path = readonly (string | number)[]

function pathsOf(value: unknown): readonly Path[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => {
    const key = Array.isArray(value) ? Number(name) : name
    return [[key], ...pathsOf(inner).map((path) => [key, ...path])]
  })
}

function replaceAt(root: object, path: Path, value: unknown): void {
  let holder: unknown = root
  for (const key of path.slice(0, -1)) {
    if (typeof holder !== 'object' || holder === null) return
    holder = (holder as Record<string | number, unknown>)[key]
  }
  if (typeof holder !== 'object' || holder === null) return
  const key = path.at(-1)!
  Object.defineProperty(holder, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  })
}
