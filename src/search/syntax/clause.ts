/** Whether a clause must match, may match, or must not. */
export type Occur = 'must' | 'should' | 'must_not'

export interface BoolEntry {
  readonly occur: Occur
  readonly clause: Clause
}

export interface RangeBound {
  readonly value: string
  readonly isInclusive: boolean
}

/**
 * What a text of a query language says, before it is known which fields there are. `field` is a
 * name, a pattern with `*`, or undefined: then the clause is about the default fields.
 */
export type Clause =
  /** Words, analysed by the field. */
  | {
      readonly kind: 'words'
      readonly field: string | undefined
      readonly text: string
      /** Words beside each other in Lucene's syntax: each is one where clauses are counted. */
      readonly isRun?: boolean
    }
  | {
      readonly kind: 'phrase'
      readonly field: string | undefined
      readonly text: string
      /** Undefined: as the options say. */
      readonly slop: number | undefined
    }
  | { readonly kind: 'prefix'; readonly field: string | undefined; readonly text: string }
  /** `*` any characters, `?` one; a backslash takes the meaning from what follows. */
  | { readonly kind: 'wildcard'; readonly field: string | undefined; readonly pattern: string }
  | { readonly kind: 'regexp'; readonly field: string | undefined; readonly pattern: string }
  | {
      readonly kind: 'fuzzy'
      readonly field: string | undefined
      readonly text: string
      /** Edits or `AUTO`; undefined: as the options say. */
      readonly fuzziness: number | string | undefined
    }
  | {
      readonly kind: 'range'
      readonly field: string | undefined
      readonly lower: RangeBound | undefined
      readonly upper: RangeBound | undefined
    }
  /** The field has a value; of no field: everything. */
  | { readonly kind: 'exists'; readonly field: string | undefined }
  | { readonly kind: 'all' }
  | { readonly kind: 'none' }
  | { readonly kind: 'bool'; readonly entries: readonly BoolEntry[] }
  | { readonly kind: 'boost'; readonly factor: number; readonly clause: Clause }
  | { readonly kind: 'nested'; readonly path: string; readonly clause: Clause }
