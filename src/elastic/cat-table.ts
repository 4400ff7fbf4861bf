import { fitsPattern, illegalArgument } from '../search/index.ts'
import type { Json } from './index-body-reader.ts'
import { durationText, sizeText } from './index-sizes-text.ts'
import { type AnswerQuery, parameter } from './parameters.ts'
import type { ElasticAnswer } from './route.ts'

/** A cell: a text, a number, a size or a time. Undefined is empty. */
export type CatCell =
  | string
  | number
  | { readonly bytes: number }
  | { readonly ms: number }
  | undefined

/** A column of a `_cat` table. */
export interface CatColumn<T> {
  readonly name: string
  /** Other names by which `h` and `s` may ask for it, with commas. */
  readonly aliases: string
  readonly description: string
  readonly alignRight?: true
  /** Shown only when it is asked for. */
  readonly isExtra?: true
  cell(row: T): CatCell
}

/** Parameters of every `_cat` table. */
export const CAT_PARAMETERS = [
  'v',
  'h',
  's',
  'help',
  'bytes',
  'time',
  'ts',
  'local',
  'master_timeout',
] as const

/** Writes a table as the parameters want it: text, JSON or YAML, all columns or some, sorted. */
export function catAnswer<T>(
  columns: readonly CatColumn<T>[],
  rows: readonly T[],
  query: AnswerQuery,
): ElasticAnswer {
  if (parameter.boolean(query, 'help') === true) return { body: helpText(columns) }
  const withHead = parameter.boolean(query, 'v') ?? false
  const sorted = sortedRows(columns, rows, query.s)
  const chosen = chosenColumns(columns, query.h)
  const cells = sorted.map((row) => chosen.map(({ column }) => cellText(column.cell(row), query)))
  const format = query.format?.toLowerCase()
  if (format !== 'json' && format !== 'yaml') return { body: tableText(chosen, cells, withHead) }
  const body = cells.map((line): Json => {
    const entries = line.map((text, place) => [chosen[place]!.title, text ?? null])
    return Object.fromEntries(entries)
  })
  return { body }
}

interface Chosen<T> {
  readonly column: CatColumn<T>
  /** As it was asked for. */
  readonly title: string
}

function named<T>(columns: readonly CatColumn<T>[], name: string): readonly CatColumn<T>[] {
  const exact = columns.filter(
    (column) => column.name === name || column.aliases.split(',').includes(name),
  )
  if (exact.length > 0) return exact.slice(0, 1)
  return name.includes('*') ? columns.filter((column) => fitsPattern(column.name, name)) : []
}

/** The columns that `h` names, in its order; without it those that are always shown. */
function chosenColumns<T>(
  columns: readonly CatColumn<T>[],
  wanted: string | undefined,
): readonly Chosen<T>[] {
  if (wanted === undefined) {
    return columns
      .filter(({ isExtra }) => isExtra !== true)
      .map((column) => ({ column, title: column.name }))
  }
  return wanted.split(',').flatMap((name) => {
    const found = named(columns, name.trim())
    // by a pattern columns come under their own names
    return found.map((column) => ({
      column,
      title: name.includes('*') ? column.name : name.trim(),
    }))
  })
}

function sortedRows<T>(
  columns: readonly CatColumn<T>[],
  rows: readonly T[],
  by: string | undefined,
): readonly T[] {
  if (by === undefined) return rows
  const keys = by.split(',').map((key) => {
    const [name = '', direction = 'asc'] = key.split(':')
    const [column] = named(columns, name)
    if (column === undefined)
      throw illegalArgument(`Unable to sort by unknown sort key \`${name}\``)
    return { column, sign: direction.toLowerCase() === 'desc' ? -1 : 1 }
  })
  return [...rows].sort((a, b) => {
    for (const { column, sign } of keys) {
      const order = sign * compare(column.cell(a), column.cell(b))
      if (order !== 0) return order
    }
    return 0
  })
}

function compare(a: CatCell, b: CatCell): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined)
  const [left, right] = [magnitude(a), magnitude(b)]
  if (typeof left === 'number' && typeof right === 'number') return left - right
  const [x, y] = [String(left), String(right)]
  return x < y ? -1 : Number(x > y)
}

function magnitude(cell: NonNullable<CatCell>): string | number {
  if (typeof cell !== 'object') return cell
  return 'bytes' in cell ? cell.bytes : cell.ms
}

const BYTE_UNITS = ['b', 'kb', 'mb', 'gb', 'tb', 'pb']
const MS_UNITS: Readonly<Record<string, number>> = {
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
  micros: 1e-3,
  nanos: 1e-6,
}

/** A unit that is asked for takes the place of one that suits the value; an unknown one does not. */
function cellText(cell: CatCell, query: AnswerQuery): string | undefined {
  if (cell === undefined) return undefined
  if (typeof cell !== 'object') return String(cell)
  if ('bytes' in cell) {
    const power = BYTE_UNITS.indexOf(query.bytes?.toLowerCase().replace(/^([kmgtp])$/, '$1b') ?? '')
    return power < 0 ? sizeText(cell.bytes) : String(Math.floor(cell.bytes / 1024 ** power))
  }
  const unit = MS_UNITS[query.time ?? '']
  return unit === undefined ? durationText(cell.ms) : String(Math.floor(cell.ms / unit))
}

/** Columns padded, separated by blanks, a line each row. */
function tableText<T>(
  chosen: readonly Chosen<T>[],
  cells: readonly (readonly (string | undefined)[])[],
  withHead: boolean,
): string {
  const head = chosen.map(({ title }) => title)
  const lines = (withHead ? [head, ...cells] : cells).map((line) => line.map((text) => text ?? ''))
  const widths = chosen.map((_, place) => Math.max(0, ...lines.map((line) => line[place]!.length)))
  return lines
    .map((line) => {
      const padded = line.map((text, place) => {
        if (chosen[place]!.column.alignRight === true) return text.padStart(widths[place]!)
        return place === line.length - 1 ? text : text.padEnd(widths[place]!)
      })
      return `${padded.join(' ')}\n`
    })
    .join('')
}

function helpText<T>(columns: readonly CatColumn<T>[]): string {
  const parts = columns.map(({ name, aliases, description }) => [name, aliases, description])
  const widths = [0, 1, 2].map((place) => Math.max(0, ...parts.map((part) => part[place]!.length)))
  return parts
    .map((part) => `${part.map((text, place) => text.padEnd(widths[place]!)).join(' | ')}\n`)
    .join('')
}
