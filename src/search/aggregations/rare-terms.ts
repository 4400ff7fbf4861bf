import type { ValueType } from '../../store/index.ts'
import { BodyReader } from '../body-reader.ts'
import { illegalArgument } from '../search-failure.ts'
import type { AggregationCompiler, BucketAggregation } from './aggregation.ts'
import { fieldKeys } from './field-keys.ts'
import { unsupportedField } from './metric-field.ts'
import { checkPatterns, selected, termSelection } from './term-selection.ts'
import { keyHead } from './terms.ts'
import { termsField } from './terms-field.ts'

/** Elasticsearch's `search.max_buckets`; one more is noticed. */
const MOST = 65_537

const TYPE_NAMES: Readonly<Partial<Record<ValueType, string>>> = {
  keyword: 'srareterms',
  ip: 'srareterms',
  long: 'lrareterms',
  date: 'lrareterms',
  boolean: 'lrareterms',
}

/** A bucket per value that few records have, the rarest first; counts are exact. */
export const rareTerms: AggregationCompiler = (body, { nowMs, children, columns }) => {
  const reader = new BodyReader(body, 'rare_terms')
  const field = termsField(reader, columns, nowMs)
  const typeName = TYPE_NAMES[field.type]
  if (typeName === undefined) {
    throw unsupportedField({ ...field, input: field.filled }, 'rare_terms')
  }
  const maxDocCount = reader.integer('max_doc_count', 1) ?? 1
  if (maxDocCount > 100) {
    throw illegalArgument(
      `[max_doc_count] must be smaller than [100] in [rare_terms], found [${maxDocCount}]`,
    )
  }
  const selection = termSelection(reader, field, nowMs)
  const keys = fieldKeys(field, field.filled, { format: reader.text('format') })
  // how exactly values are counted there; here they always are
  reader.number('precision')
  reader.end()
  const aggregation: BucketAggregation = {
    kind: 'buckets',
    typeName: field.isMapped ? typeName : 'sterms',
    key: { expression: selected(keys.expression, keys.isList, selection), isList: keys.isList },
    top: {
      size: MOST,
      minDocCount: 1,
      maxDocCount,
      order: [
        { by: 'count', descending: false },
        { by: 'key', descending: false },
      ],
    },
    children,
    arrange: ({ groups }) => groups.map((group) => ({ head: keyHead(keys, group.key), group })),
    wrap: (buckets) => ({ buckets }),
  }
  if (selection.patterns.length === 0) return aggregation
  return {
    ...aggregation,
    async prepare(records) {
      await checkPatterns(selection, records)
      return aggregation
    },
  }
}
