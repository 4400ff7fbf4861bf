import type { BoolEntry, Clause, Occur } from './clause.ts'
import { existsTree, patternTree, rangeTree } from './pattern-tree.ts'
import { boosted, MATCH_ALL, MATCH_NONE, type QueryTree } from './query-tree.ts'
import type { TreeContext } from './tree-context.ts'
import { isWithoutWords, phraseTree, wordsTree } from './words-tree.ts'

/**
 * Puts the fields into a text's clauses and makes one query of them. `minimum` is how many of the
 * outermost optional clauses must match.
 *
 * @throws SearchFailure when the query has too many clauses, or a default field's boost is none
 */
export function clauseTree(
  clause: Clause | undefined,
  context: TreeContext,
  minimum?: unknown,
): QueryTree {
  return clause === undefined ? MATCH_NONE : rootTree(clause, context, minimum)
}

function rootTree(clause: Clause, context: TreeContext, minimum: unknown): QueryTree {
  if (minimum === undefined) return treeOf(clause, context)
  if (clause.kind === 'boost') {
    return boosted(rootTree(clause.clause, context, minimum), clause.factor)
  }
  if (clause.kind === 'bool') {
    const [only, second] = clause.entries
    if (only?.clause.kind === 'words' && only.clause.isRun && second === undefined) {
      return rootTree(only.clause, context, minimum)
    }
    return boolTree(
      clause.entries.flatMap((entry) => singleWords(entry, context)),
      context,
      minimum,
    )
  }
  return clause.kind === 'words' && context.operator === 'or'
    ? wordsTree(clause, context, minimum)
    : treeOf(clause, context)
}

/** Words of one field are clauses of their own where clauses are counted. */
function singleWords(entry: BoolEntry, context: TreeContext): readonly BoolEntry[] {
  const { clause, occur } = entry
  if (clause.kind !== 'words' || clause.isRun !== true) return [entry]
  const [field, second] = context.scope.fieldsOf(clause.field)
  if (field?.kind !== 'text' || second !== undefined) return [entry]
  return clause.text.split(/\s/).flatMap((text) => {
    const single: BoolEntry = { occur, clause: { kind: 'words', field: clause.field, text } }
    return isWithoutWords(single.clause, context) ? [] : single
  })
}

function treeOf(clause: Clause, context: TreeContext): QueryTree {
  switch (clause.kind) {
    case 'words':
      return wordsTree(clause, context)
    case 'phrase':
      return phraseTree(clause, context)
    case 'prefix':
    case 'wildcard':
    case 'regexp':
    case 'fuzzy':
      return patternTree(clause, context)
    case 'range':
      return rangeTree(clause, context)
    case 'exists':
      return existsTree(clause.field, context)
    case 'all':
      return MATCH_ALL
    case 'none':
      return MATCH_NONE
    case 'bool':
      return boolTree(clause.entries, context)
    case 'boost':
      return boosted(treeOf(clause.clause, context), clause.factor)
    case 'nested': {
      const query = treeOf(clause.clause, context)
      return { nested: { path: clause.path, query, score_mode: 'none' } }
    }
    default:
      return clause satisfies never
  }
}

function boolTree(
  entries: readonly BoolEntry[],
  context: TreeContext,
  minimum?: unknown,
): QueryTree {
  const byOccur: Record<Occur, QueryTree[]> = { must: [], should: [], must_not: [] }
  for (const { occur, clause } of entries) {
    byOccur[occur].push(treeOf(clause, context))
  }
  const { must, should, must_not } = byOccur
  const [only, second] = [...must, ...should]
  if (only === undefined && must_not.length === 0) return MATCH_NONE
  if (
    only !== undefined &&
    second === undefined &&
    must_not.length === 0 &&
    minimum === undefined
  ) {
    return only
  }
  // what only excludes has no optional clauses that could be counted, unless it says so
  if (only === undefined && minimum !== undefined) must.push(MATCH_ALL)
  return {
    bool: {
      ...(must.length > 0 && { must }),
      ...(should.length > 0 && { should }),
      ...(must_not.length > 0 && { must_not }),
      ...(minimum !== undefined && { minimum_should_match: minimum }),
    },
  }
}
