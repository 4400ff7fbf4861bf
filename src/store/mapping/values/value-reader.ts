export type Scalar = string | number | boolean

/** Why a value does not fit its field: Elasticsearch's type and reason of the cause. */
export class Malformed {
  readonly type: string
  readonly reason: string

  constructor(reason: string, type = 'illegal_argument_exception') {
    this.type = type
    this.reason = reason
  }
}

/** A value that is left out of the column although it fits: longer than `ignore_above`. */
export const TOO_LONG = Symbol('too long')

/** What a value leaves in the column; undefined when it leaves nothing. */
export type ReadResult = Scalar | undefined | Malformed | typeof TOO_LONG

/**
 * Reads one value of a document: text, number or boolean; `raw` is the text of a number that
 * JavaScript would write otherwise.
 */
export type ReadValue = (value: Scalar, raw: string | undefined) => ReadResult
