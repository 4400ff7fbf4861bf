import { tokenBytes } from '../token-bytes.ts'
import type { QueryTerm, QueryToken } from '../tokens.ts'
import { intersection, NO_ROWS, RowUnion, unionOf } from './row-union.ts'
import type { TokenVisitor } from './segment-scan.ts'
import type { TextFile } from './text-file.ts'

type Term = Pick<QueryTerm, 'tokens'>

/** More tokens than this are found by going through all words once. */
const LOOKED_UP = 200

/** Rows of words that are kept for when a word comes again. */
const KEPT_ROWS = 4 << 20

/** Finds the rows that have words in a field. */
export class WordRows {
  readonly #file: TextFile
  readonly #mark: string
  readonly #check: () => void
  readonly #known = new Map<string, Float64Array>()
  #kept = 0

  /** @param check called now and then; ends the work by throwing */
  constructor(file: TextFile, mark: string, check: () => void) {
    this.#file = file
    this.#mark = mark
    this.#check = check
  }

  /** Rows that satisfy all terms of any of the clauses; a clause without terms has none. */
  anyClause(clauses: readonly (readonly Term[])[]): Float64Array {
    if (clauses.length === 1) return this.allTerms(clauses[0]!)
    const union = new RowUnion()
    const single = clauses.flatMap((terms) => (terms.length === 1 ? terms[0]!.tokens : []))
    this.#addTokens(single, union)
    for (const terms of clauses) if (terms.length > 1) union.add(this.allTerms(terms))
    return union.rows()
  }

  /** Rows that satisfy all terms; none when there are no terms. */
  allTerms(terms: readonly Term[]): Float64Array {
    let rows: Float64Array | undefined
    for (const { tokens } of terms) {
      const own = unionOf(tokens.map((token) => this.#token(token)))
      rows = rows === undefined ? own : intersection(rows, own)
      if (rows.length === 0) break
    }
    return rows ?? NO_ROWS
  }

  #addTokens(tokens: readonly QueryToken[], union: RowUnion): void {
    const exact = new Set<string>()
    for (const { text, prefix } of tokens) {
      if (prefix) this.#addBeginning(tokenBytes(this.#mark + text), union)
      else exact.add(tokenBytes(this.#mark + text).toString('latin1'))
    }
    if (exact.size > LOOKED_UP) this.#addScanned(exact, union)
    else for (const token of exact) union.add(this.#rowsOf(Buffer.from(token, 'latin1')))
  }

  #addScanned(wanted: ReadonlySet<string>, union: RowUnion): void {
    const visitor: TokenVisitor = {
      token: (bytes, length) =>
        wanted.has(Buffer.from(bytes.buffer, bytes.byteOffset, length).toString('latin1'))
          ? 'take'
          : 'skip',
      rows: (rows) => union.add(rows),
    }
    this.#file.scan(Buffer.from(this.#mark), visitor, this.#check)
  }

  #addBeginning(token: Uint8Array, union: RowUnion): void {
    const visitor: TokenVisitor = { token: () => 'take', rows: (rows) => union.add(rows) }
    this.#file.scan(token, visitor, this.#check)
  }

  #token({ text, prefix }: QueryToken): Float64Array {
    const key = `${text}${prefix ? ' *' : ''}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const token = tokenBytes(this.#mark + text)
    const rows = prefix ? this.#beginning(token) : this.#rowsOf(token)
    this.#keep(key, rows)
    return rows
  }

  #beginning(token: Uint8Array): Float64Array {
    const union = new RowUnion()
    this.#addBeginning(token, union)
    return union.rows()
  }

  #rowsOf(token: Uint8Array): Float64Array {
    return this.#file.rows(token, this.#check)
  }

  #keep(key: string, rows: Float64Array): void {
    this.#kept += rows.length
    if (this.#kept > KEPT_ROWS) {
      this.#known.clear()
      this.#kept = rows.length
    }
    this.#known.set(key, rows)
  }
}
