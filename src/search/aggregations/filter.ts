import type { AggregationCompiler } from './aggregation.ts'

/** The records of the bucket that a query matches. */
export const filter: AggregationCompiler = (body, context) => ({
  kind: 'filter',
  typeName: 'filter',
  mark: context.columns.condition(body),
  children: context.children,
})
