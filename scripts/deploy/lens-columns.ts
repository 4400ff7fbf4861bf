import { FIELDS } from '../../src/record/index.ts'
import { type Condition, groupName, type Metric, type Split, toKql } from './panel.ts'
import { TIME_FIELD } from './saved-object.ts'

export type LensColumns = Readonly<Record<string, Readonly<Record<string, unknown>>>>

const OPERATIONS = {
  sum: 'sum',
  avg: 'average',
  max: 'max',
  cardinality: 'unique_count',
} as const

const RECORDS = '___records___'

const RECORD_COUNT = {
  label: 'Calls',
  dataType: 'number',
  operationType: 'count',
  isBucketed: false,
  scale: 'ratio',
  sourceField: RECORDS,
} as const

/** The column of a metric. */
export function metricColumn({ of, label, unit }: Metric): LensColumns[string] {
  const isDate = unit === 'date'
  const column = {
    label,
    customLabel: true,
    dataType: isDate ? 'date' : 'number',
    isBucketed: false,
    scale: 'ratio',
  }
  if (of.kind === 'count') {
    const params = { emptyAsNull: false, format: { id: 'number', params: { decimals: 0 } } }
    return { ...column, operationType: 'count', sourceField: RECORDS, params }
  }
  const sourceField = groupName(of.field)
  if (of.kind === 'percentile') {
    const params = { percentile: of.percent }
    return { ...column, operationType: 'percentile', sourceField, params }
  }
  const params = of.kind === 'sum' ? { emptyAsNull: false } : {}
  return { ...column, operationType: OPERATIONS[of.kind], sourceField, params }
}

/** The column of a field's values, those first with most in the column `orderBy`, or most calls. */
export function termsColumn(
  { field, label, size }: Split,
  orderBy: { readonly columnId: string } | 'calls',
): LensColumns[string] {
  const order =
    orderBy === 'calls'
      ? { orderBy: { type: 'custom' }, orderAgg: RECORD_COUNT }
      : { orderBy: { type: 'column', ...orderBy } }
  return {
    label,
    customLabel: true,
    dataType: FIELDS[field].type === 'long' ? 'number' : 'string',
    operationType: 'terms',
    scale: 'ordinal',
    sourceField: groupName(field),
    isBucketed: true,
    params: {
      size,
      ...order,
      orderDirection: 'desc',
      otherBucket: false,
      missingBucket: false,
      parentFormat: { id: 'terms' },
      include: [],
      exclude: [],
      includeIsRegex: false,
      excludeIsRegex: false,
    },
  }
}

/** The column of time, in days or in an interval that suits the range. */
export function timeColumn(daily: boolean): LensColumns[string] {
  return {
    label: daily ? 'Day' : 'Time',
    customLabel: true,
    dataType: 'date',
    operationType: 'date_histogram',
    sourceField: TIME_FIELD,
    isBucketed: true,
    scale: 'interval',
    params: { interval: daily ? '1d' : 'auto', includeEmptyRows: true, dropPartials: false },
  }
}

/**
 * The column of a share and those it is computed from: Lens stores a formula with the counts and
 * the division it stands for. Columns are named after `id`.
 */
export function shareColumns(id: string, label: string, of: Condition): LensColumns {
  const kql = toKql(of)
  const formula = `count(kql='${kql}') / count()`
  const part = {
    label: `Part of ${formula}`,
    customLabel: true,
    dataType: 'number',
    isBucketed: false,
    scale: 'ratio',
  }
  const count = {
    ...part,
    operationType: 'count',
    sourceField: RECORDS,
    params: { emptyAsNull: false },
  }
  return {
    [`${id}X0`]: { ...count, filter: { query: kql, language: 'kuery' } },
    [`${id}X1`]: count,
    [`${id}X2`]: {
      ...part,
      operationType: 'math',
      params: { tinymathAst: division([`${id}X0`, `${id}X1`], formula) },
      references: [`${id}X0`, `${id}X1`],
    },
    [id]: {
      ...part,
      label,
      operationType: 'formula',
      params: {
        formula,
        isFormulaBroken: false,
        format: { id: 'percent', params: { decimals: 2 } },
      },
      references: [`${id}X2`],
    },
  }
}

/** A division as the parser of formulas has it. */
function division(args: readonly [string, string], formula: string) {
  const location = { min: 0, max: formula.length }
  return { type: 'function', name: 'divide', args, location, text: formula }
}
