type Json = Readonly<Record<string, unknown>>

export const terms = (field: string, options: Json = {}, aggs?: Json): Json => ({
  terms: { field, ...options },
  ...(aggs && { aggs }),
})
export const every = (field: string, options: Json): Json => ({
  date_histogram: { field, ...options },
})
export const sum = (field: string): Json => ({ sum: { field } })
export const nested = (path: string, aggs: Json): Json => ({ nested: { path }, aggs })
export const composite = (sources: readonly Json[], options: Json = {}): Json => ({
  composite: { sources, size: 500, ...options },
})
