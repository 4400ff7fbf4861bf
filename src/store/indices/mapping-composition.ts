import { isObject, type Json, objectOf } from './json-object.ts'

/**
 * Puts the mapping of a template over another one: objects are joined field by field, a field of
 * the later one replaces the earlier one's as a whole.
 */
export function overMapping(earlier: Json, later: Json): Json {
  const merged = new Map(Object.entries(earlier))
  for (const [key, value] of Object.entries(later)) {
    const known = merged.get(key)
    if (key === 'properties') merged.set(key, overFields(known, value))
    else if (key === 'dynamic_templates') merged.set(key, overTemplates(known, value))
    else if (key === '_meta' && isObject(known) && isObject(value)) {
      merged.set(key, { ...known, ...value })
    } else merged.set(key, value)
  }
  return objectOf(merged)
}

function overFields(earlier: unknown, later: unknown): unknown {
  if (!isObject(earlier) || !isObject(later)) return later
  const merged = new Map(Object.entries(earlier))
  for (const [name, field] of Object.entries(later)) {
    const known = merged.get(name)
    merged.set(name, holdsFields(known) && holdsFields(field) ? overMapping(known, field) : field)
  }
  return objectOf(merged)
}

function holdsFields(field: unknown): field is Json {
  return isObject(field) && (isObject(field.properties) || field.type === 'object')
}

/** Dynamic templates are lists of objects with one key, their name. */
function overTemplates(earlier: unknown, later: unknown): unknown {
  if (!Array.isArray(earlier) || !Array.isArray(later)) return later
  const named = (template: unknown) => (isObject(template) ? Object.keys(template)[0] : undefined)
  const replaced = new Set(later.map(named))
  return [...earlier.filter((template) => !replaced.has(named(template))), ...later]
}

/**
 * Fills what the `first` mapping leaves open from a legacy template, at every depth; lists of named
 * objects are joined.
 */
export function filledFrom(first: Json, defaults: Json): Json {
  const merged = new Map(Object.entries(first))
  for (const [key, value] of Object.entries(defaults)) {
    const known = merged.get(key)
    if (!merged.has(key)) merged.set(key, value)
    else if (isObject(known) && isObject(value)) merged.set(key, filledFrom(known, value))
    else if (key === 'dynamic_templates') merged.set(key, overTemplates(value, known))
  }
  return objectOf(merged)
}
