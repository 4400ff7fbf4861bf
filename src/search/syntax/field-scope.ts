import { illegalArgument, SearchFailure } from '../search-failure.ts'
import type { FieldKind, FieldLookup } from './field-lookup.ts'

/** A field that a clause is asked of. */
export interface ScopeField {
  readonly name: string
  readonly kind: FieldKind
  readonly boost: number
}

interface ScopeOptions {
  /** Names or patterns, `^boost` behind them; all searchable fields when none are given. */
  readonly fields: readonly string[]
  /** Undefined: lenient when all fields are searched. */
  readonly lenient: boolean | undefined
  /** Behind a field's name: the field that is asked for phrases instead, where there is one. */
  readonly quoteFieldSuffix: string | undefined
}

const ALL_FIELDS = '*'

/** Fields that the clauses of one query are about. */
export class FieldScope {
  readonly lookup: FieldLookup
  /** A field that cannot take a value matches nothing; else that is an error. */
  readonly isLenient: boolean
  /** Clauses without field are about everything. */
  readonly isAll: boolean
  readonly #fields: readonly string[]
  readonly #quoteFieldSuffix: string | undefined
  readonly #found = new Map<string | undefined, readonly ScopeField[]>()

  constructor(lookup: FieldLookup, options: ScopeOptions) {
    this.lookup = lookup
    this.#fields = options.fields.length === 0 ? [ALL_FIELDS] : options.fields
    this.isAll = this.#fields.length === 1 && this.#fields[0] === ALL_FIELDS
    this.isLenient = options.lenient ?? this.isAll
    this.#quoteFieldSuffix = options.quoteFieldSuffix
  }

  /**
   * Finds the fields of a clause: those that a name or pattern stands for, or the default ones.
   *
   * @throws SearchFailure for a default field whose boost is none
   */
  fieldsOf(field: string | undefined): readonly ScopeField[] {
    const known = this.#found.get(field)
    if (known !== undefined) return known
    const found = this.#find(
      field === undefined ? this.#fields.map(weighted) : [{ name: field, boost: 1 }],
    )
    this.#found.set(field, found)
    return found
  }

  /** The same for a phrase, which may be looked for in a field beside the one that is named. */
  quotedFieldsOf(field: string | undefined): readonly ScopeField[] {
    const suffix = this.#quoteFieldSuffix
    const fields = this.fieldsOf(field)
    if (suffix === undefined) return fields
    return fields.map((plain) => {
      const name = plain.name + suffix
      const kind = this.lookup.kindOf(name)
      return kind === undefined ? plain : { ...plain, name, kind }
    })
  }

  #find(wanted: readonly { readonly name: string; readonly boost: number }[]) {
    const found = new Map<string, ScopeField>()
    for (const { name: pattern, boost } of wanted) {
      const names = pattern.includes('*') ? this.lookup.expand(pattern) : [pattern]
      for (const name of names) {
        const kind = this.lookup.kindOf(name)
        const before = found.get(name)?.boost ?? 1
        if (kind !== undefined) found.set(name, { name, kind, boost: boost * before })
      }
    }
    return [...found.values()]
  }
}

function weighted(text: string) {
  const place = text.lastIndexOf('^')
  if (place < 0) return { name: text, boost: 1 }
  const written = text.slice(place + 1)
  const boost = written.trim() === '' ? Number.NaN : Number(written)
  if (!Number.isFinite(boost)) {
    const reason = `For input string: "${written}"`
    throw new SearchFailure({ type: 'number_format_exception', reason, status: 400 })
  }
  if (boost < 0) {
    throw illegalArgument(
      `negative [boost] are not allowed in [${text}], use a value between 0 and 1 to deboost`,
    )
  }
  return { name: text.slice(0, place), boost }
}
