import { schemaLookup } from '../syntax/field-lookup.ts'
import { queryStringTree, simpleQueryStringTree } from '../syntax/query-string-body.ts'
import type { QueryCompiler } from './query-compiler.ts'

/** Records that match a text in Lucene's syntax. */
export const queryString: QueryCompiler = (body, { compile, schema }) =>
  compile(queryStringTree(body, schemaLookup(schema)))

/** Records that match a text in the syntax that never fails. */
export const simpleQueryString: QueryCompiler = (body, { compile, schema }) =>
  compile(simpleQueryStringTree(body, schemaLookup(schema)))
