import { type Filter, longValue, NONE, sql, test } from '../store/index.ts'
import { BodyReader } from './body-reader.ts'
import type { Schema } from './schema.ts'
import { contentFailure, illegalArgument, illegalOnShard } from './search-failure.ts'

/** One of several parts that a view is read in, side by side. */
export interface SliceRequest {
  readonly id: number
  readonly max: number
  readonly field: string
}

const KEYS = ['field', 'id', 'max']
/** Elasticsearch's `index.max_slices_per_scroll`. */
const MOST_SLICES = 1_024

/**
 * Reads `slice`.
 *
 * @throws SearchFailure for numbers that name no slice
 */
export function parseSlice(given: unknown): SliceRequest | undefined {
  if (given === undefined) return undefined
  const reader = new BodyReader(given, 'slice')
  const unknown = reader.keys().find((key) => !KEYS.includes(key))
  if (unknown !== undefined) throw contentFailure(`[slice] unknown field [${unknown}]`)
  const field = reader.text('field') ?? '_id'
  const [id, max] = [reader.number('id') ?? -1, reader.number('max') ?? -1]
  if (!Number.isInteger(max) || max <= 1) throw illegalArgument('max must be greater than 1')
  if (!Number.isInteger(id) || id < 0) {
    throw illegalArgument('id must be greater than or equal to 0')
  }
  if (id >= max) throw illegalArgument('max must be greater than id')
  if (max > MOST_SLICES) {
    throw illegalOnShard(
      `The number of slices [${max}] is too large. It must be less than [${MOST_SLICES}]. This limit can be set by changing the [index.max_slices_per_scroll] index level setting.`,
    )
  }
  return { id, max, field }
}

/** The records of a slice: by a hash of their id, or of a field, which is the same in every page. */
export function sliceFilter({ id, max, field }: SliceRequest, schema: Schema): Filter {
  const reference = schema.reference(field)
  // records without the field are in the first slice
  if (reference.kind === 'unmapped') return id === 0 ? test(sql`true`) : NONE
  if (reference.kind !== 'column' || !reference.aggregatable) {
    throw illegalOnShard(`cannot load numeric doc values on ${field}`)
  }
  const text = sql`coalesce(${reference.expression}::VARCHAR, '')`
  return test(sql`((hash(${text}) % ${longValue(max)}::UBIGINT)::BIGINT = ${longValue(id)})`)
}
