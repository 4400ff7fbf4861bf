import { quoteName } from '../days/columns-schema.ts'

/** A value that is bound as a parameter; `date` is milliseconds since 1970 UTC. */
export type SqlValue =
  | { readonly type: 'text'; readonly value: string }
  | { readonly type: 'long'; readonly value: number }
  | { readonly type: 'double'; readonly value: number }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'date'; readonly value: number }

/** A column of a record, or a mark that `TableQuery.marks` adds. */
export interface ColumnReference {
  readonly type: 'column'
  readonly name: string
}

/**
 * A piece of SQL: `texts[0] holes[0] texts[1] …`. The texts are written in this source code only;
 * whatever comes from a user is a value.
 */
export interface Sql {
  readonly texts: readonly string[]
  readonly holes: readonly (SqlValue | ColumnReference)[]
}

/** A statement as the column engine takes it. */
export interface RenderedSql {
  readonly text: string
  readonly values: readonly SqlValue[]
}

export const textValue = (value: string): SqlValue => ({ type: 'text', value })
export const longValue = (value: number): SqlValue => ({ type: 'long', value })
export const doubleValue = (value: number): SqlValue => ({ type: 'double', value })
export const booleanValue = (value: boolean): SqlValue => ({ type: 'boolean', value })
export const dateValue = (ms: number): SqlValue => ({ type: 'date', value: ms })

function isSql(hole: Sql | SqlValue | ColumnReference): hole is Sql {
  return 'texts' in hole
}

/** Template tag: joins pieces and values into one piece. */
export function sql(
  strings: TemplateStringsArray,
  ...inserted: readonly (Sql | SqlValue | ColumnReference)[]
): Sql {
  const texts = [strings[0]!]
  const holes: (SqlValue | ColumnReference)[] = []
  for (const [place, hole] of inserted.entries()) {
    const following = strings[place + 1]!
    if (isSql(hole)) {
      texts[texts.length - 1] += hole.texts[0]!
      for (const [inner, value] of hole.holes.entries()) {
        holes.push(value)
        texts.push(hole.texts[inner + 1]!)
      }
      texts[texts.length - 1] += following
    } else {
      holes.push(hole)
      texts.push(following)
    }
  }
  return { texts, holes }
}

/** A column of the record by the name the record table gives it. */
export function column(name: string): Sql {
  return { texts: ['', ''], holes: [{ type: 'column', name }] }
}

/** A name that this program made (an alias, an attached file); quoted. */
export function name(text: string): Sql {
  return { texts: [quoteName(text)], holes: [] }
}

/** A number of this program's own making, such as a place in a list. */
export function integer(value: number): Sql {
  return { texts: [String(Math.trunc(value))], holes: [] }
}

/** The engine takes `a + b + c` for as deep as it is long, and not what is a thousand deep. */
const WIDEST = 8

/** Pieces between commas, or as one condition or sum; an operator joins them in halves. */
export function joinSql(pieces: readonly Sql[], separator: ', ' | ' AND ' | ' OR ' | ' + '): Sql {
  if (separator === ', ' || pieces.length <= WIDEST) return unite(pieces, separator)
  const half = Math.ceil(pieces.length / 2)
  const halves = [pieces.slice(0, half), pieces.slice(half)].map(
    (part) => sql`(${joinSql(part, separator)})`,
  )
  return unite(halves, separator)
}

/** All rows of all parts: `UNION ALL`. */
export function unionSql(parts: readonly Sql[]): Sql {
  return unite(parts, ' UNION ALL ')
}

function unite(pieces: readonly Sql[], separator: string): Sql {
  const texts = ['']
  const holes: (SqlValue | ColumnReference)[] = []
  for (const [place, piece] of pieces.entries()) {
    texts[texts.length - 1] += (place === 0 ? '' : separator) + piece.texts[0]!
    for (const [inner, value] of piece.holes.entries()) {
      holes.push(value)
      texts.push(piece.texts[inner + 1]!)
    }
  }
  return { texts, holes }
}

export const TRUE: Sql = sql`true`
export const FALSE: Sql = sql`false`

/** Names of the columns that a piece refers to. */
export function columnsOf(pieces: readonly Sql[]): ReadonlySet<string> {
  const names = new Set<string>()
  for (const { holes } of pieces) {
    for (const hole of holes) if (hole.type === 'column') names.add(hole.name)
  }
  return names
}

/** Writes a piece out; a value that occurs again (in every day of a search) is bound once. */
export function renderSql({ texts, holes }: Sql): RenderedSql {
  const values: SqlValue[] = []
  const places = new Map<string, number>()
  let text = texts[0]!
  for (const [index, hole] of holes.entries()) {
    if (hole.type === 'column') text += quoteName(hole.name)
    else {
      const key = `${hole.type} ${String(hole.value)}`
      let place = places.get(key)
      if (place === undefined) {
        place = values.push(hole)
        places.set(key, place)
      }
      text += `$${place}`
    }
    text += texts[index + 1]!
  }
  return { text, values }
}
