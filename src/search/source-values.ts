import { plainNumber } from '../store/index.ts'

/** Tells whether a value of a document is an object, and not a number kept as it was written. */
export function isMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    plainNumber(value) === value
  )
}

/**
 * Values of a document at a path like `a.b`, in their order; lists are opened, objects and nulls
 * are given as they are. Objects may lie in lists at any place, and names may hold dots.
 */
export function valuesAt(source: unknown, path: string): readonly unknown[] {
  const found: unknown[] = []
  addValues(source, path, found)
  return found
}

function addValues(value: unknown, path: string | undefined, found: unknown[]): void {
  if (Array.isArray(value)) for (const item of value) addValues(item, path, found)
  else if (path === undefined) found.push(value)
  else if (isMembers(value)) {
    if (Object.hasOwn(value, path)) addValues(value[path], undefined, found)
    for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
      const name = path.slice(0, dot)
      if (Object.hasOwn(value, name)) addValues(value[name], path.slice(dot + 1), found)
    }
  }
}

/** Calls `take` with the path and value of every leaf, null not counted. */
export function eachLeaf(
  value: unknown,
  take: (path: string, value: unknown) => void,
  path = '',
): void {
  if (Array.isArray(value)) for (const item of value) eachLeaf(item, take, path)
  else if (isMembers(value)) {
    for (const [name, inner] of Object.entries(value)) {
      eachLeaf(inner, take, path === '' ? name : `${path}.${name}`)
    }
  } else if (value !== null && value !== undefined) take(path, value)
}
