import { BodyReader } from '../body-reader.ts'
import type { AggregationCompiler } from './aggregation.ts'

/** All records of the searched indices, whatever the query. */
export const global: AggregationCompiler = (body, { children }) => {
  new BodyReader(body, 'global').end()
  return { kind: 'global', typeName: 'global', children }
}
