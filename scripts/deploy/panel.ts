import { FIELDS, type FieldName } from '../../src/record/index.ts'

/** Which calls a panel or a metric counts. */
export type Condition =
  | { readonly field: FieldName; readonly from: number }
  | { readonly field: FieldName; readonly is: boolean | string }

export const ERRORS: Condition = { field: 'status_code', from: 400 }

/** How a number is shown. */
export type Unit = 'calls' | 'users' | 'tokens' | 'ms' | 'usd' | 'share' | 'date'

export interface Metric {
  readonly label: string
  readonly unit: Unit
  readonly of:
    | { readonly kind: 'count' }
    | { readonly kind: 'sum' | 'avg' | 'max' | 'cardinality'; readonly field: FieldName }
    | { readonly kind: 'percentile'; readonly field: FieldName; readonly percent: number }
}

/** The values of a field that calls are split by, those with most first. */
export interface Split {
  readonly field: FieldName
  readonly label: string
  readonly size: number
}

interface PanelBase {
  /** Lower case with dashes; part of the ids of saved objects. */
  readonly id: string
  readonly title: string
  readonly description?: string
  /** Of 48 columns. */
  readonly width: number
  readonly only?: Condition
}

export interface NumberPanel extends PanelBase {
  readonly kind: 'number'
  readonly metric: Metric
}

export interface TimePanel extends PanelBase {
  readonly kind: 'time'
  readonly style: 'line' | 'stacked'
  readonly metrics: readonly Metric[]
  /** With a single metric only. */
  readonly by?: Split
  /** Bars of whole days instead of an interval that suits the range. */
  readonly daily?: boolean
}

/** Horizontal bars, the longest first. */
export interface RankingPanel extends PanelBase {
  readonly kind: 'ranking'
  readonly metric: Metric
  readonly by: Split
}

/** One row for each value, ordered by the first metric. */
export interface TablePanel extends PanelBase {
  readonly kind: 'table'
  readonly metrics: readonly Metric[]
  readonly by: Split
}

/** Share of the calls that a condition holds for: one number, by value, or by value over time. */
export interface SharePanel extends PanelBase {
  readonly kind: 'share'
  readonly view: 'number' | 'ranking' | 'time'
  readonly label: string
  readonly of: Condition
  readonly by?: Split
}

/** Single calls. */
export interface RecordsPanel extends PanelBase {
  readonly kind: 'records'
  readonly columns: readonly FieldName[]
  /** Descending. */
  readonly sort: FieldName
}

export type Panel = NumberPanel | TimePanel | RankingPanel | TablePanel | SharePanel | RecordsPanel

export interface Dashboard {
  readonly id: string
  readonly title: string
  readonly description: string
  /** Range shown at first, in date math before now. */
  readonly from: string
  readonly panels: readonly Panel[]
}

/**
 * Name by which a field is grouped: a text that Elasticsearch mapped by itself can be grouped by
 * its `.keyword` only, and here both names are the same.
 */
export function groupName(field: FieldName): string {
  return FIELDS[field].type === 'keyword' ? `${field}.keyword` : field
}

/** Tells whether a panel shows nothing but one number. */
export function isNumber(panel: Panel): boolean {
  return panel.kind === 'number' || (panel.kind === 'share' && panel.view === 'number')
}

/**
 * Tells whether the values that a chart is split by are those with most calls. By an average or a
 * percentile, a value with a single call could come first.
 */
export function isOrderedByCalls([first]: readonly Metric[]): boolean {
  return first?.of.kind === 'percentile' || first?.of.kind === 'avg'
}

/** A condition in Kibana's query language. */
export function toKql(condition: Condition | undefined): string {
  if (condition === undefined) return ''
  return 'from' in condition
    ? `${condition.field} >= ${condition.from}`
    : `${condition.field}: ${condition.is}`
}

/** A condition in Lucene's query language. */
export function toLucene(condition: Condition | undefined): string {
  if (condition === undefined) return '*'
  return 'from' in condition
    ? `${condition.field}:>=${condition.from}`
    : `${condition.field}:${condition.is}`
}

/** A condition as a clause of Elasticsearch's query language. */
export function toClause(condition: Condition): object {
  return 'from' in condition
    ? { range: { [condition.field]: { gte: condition.from } } }
    : { term: { [condition.field]: condition.is } }
}
