/** How the values of a field lie in the columns, and are compared, sorted and grouped. */
export type ValueType = 'keyword' | 'long' | 'double' | 'usd' | 'boolean' | 'date' | 'ip'

/** An analysed text as the word index and the checks on the text itself know it. */
export interface TextField {
  /** In front of every token of the field in the word index; no two fields of a file share one. */
  readonly mark: string
  /** Where its texts stand in a document; several when other fields are copied into it. */
  readonly paths: readonly string[]
  readonly analyzer: string
  readonly searchAnalyzer: string
  /** Settings that define the analyzer, when the index has one of its own; flat, as texts. */
  readonly analysis?: Readonly<Record<string, string>>
}

/**
 * A field of an index as its mapping has it, multi-fields (`title.keyword`) by their full name.
 * Its column holds a list of the document's values, in their order, null for none.
 *
 * - `date`, `date_nanos`: milliseconds, which may have a fraction (down to microseconds).
 * - `ip`: 32 hexadecimal digits of the IPv6 form, so that the order of texts is that of addresses.
 * - `long`: a number, or its digits as text beyond 2^53.
 * - `flattened`: one text for every leaf, `key\u0000value`, keys joined by dots.
 * - `nested`: one text, see `nestedText`; fields beneath it have no column of their own, except
 *   with `include_in_root` or `include_in_parent`.
 */
export interface MappedField {
  readonly name: string
  /**
   * Elasticsearch's type: `integer`, `scaled_float`, `text`, `object`, `nested`, …; of an alias
   * the type of the field that it stands for.
   */
  readonly type: string
  /**
   * Never changes and is never given again: column `c12` and word mark `12:` follow from it. An
   * alias has that of its field.
   */
  readonly number: number
  /** Type of the column's values; undefined for a field without column (`text`, `object`). */
  readonly valueType: ValueType | undefined
  /** Set for `text` and its kin. */
  readonly text: TextField | undefined
  /** Whether queries may ask for it (`index`, and `enabled` of objects). */
  readonly searchable: boolean
  /** Whether it can be sorted and grouped by (`doc_values`). */
  readonly aggregatable: boolean
  /** Set on a field that some document had more than one value of. */
  readonly isMulti: boolean
  /** Format of dates as the mapping gives it. */
  readonly format: string | undefined
  /** Value that stands in for an explicit null. */
  readonly nullValue: unknown
  /** Innermost `nested` object around the field. */
  readonly nestedIn: string | undefined
  /** Field that a multi-field or an alias takes its values from. */
  readonly parent: string | undefined
  /** Normalizer of a `keyword`: `Analysis.normalizer` makes values of queries comparable. */
  readonly normalizer: string | undefined
  /** `scaling_factor` of a `scaled_float`: values of queries are rounded like the stored ones. */
  readonly scalingFactor: number | undefined
  /** Texts longer than this (UTF-16 units) are not in the column. */
  readonly ignoreAbove: number | undefined
  readonly isAlias: boolean
  /** `meta` of the field, as `_field_caps` shows it. */
  readonly meta: Readonly<Record<string, string>> | undefined
}
