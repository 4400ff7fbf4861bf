import {
  type Cell,
  dateValue,
  doubleValue,
  longValue,
  type SqlValue,
  textValue,
} from '../store/index.ts'
import type { SortKind } from './hit-sort-values.ts'

/** How the values of a key are bound, to go on behind them. */
export type KeyType = 'text' | 'long' | 'double' | 'date'

export const KEY_TYPES: Readonly<Record<SortKind, KeyType>> = {
  keyword: 'text',
  ip: 'text',
  whole: 'long',
  wide: 'long',
  boolean: 'long',
  millis: 'long',
  nanos: 'long',
  doc: 'long',
  double: 'double',
  float: 'double',
  score: 'double',
  date: 'date',
}

/** The end of a page as the next one begins behind it: the values of the last record's keys. */
export function pageEnd(
  values: readonly Cell[],
  types: readonly KeyType[],
): readonly (SqlValue | null)[] {
  return values.map((value, place) => (value === null ? null : cellValue(value, types[place]!)))
}

function cellValue(value: Cell, type: KeyType): SqlValue {
  switch (type) {
    case 'text':
      return textValue(String(value))
    case 'date':
      return dateValue(Number(value))
    case 'long':
      return longValue(Number(value))
    case 'double':
      return doubleValue(Number(value))
    default:
      return type satisfies never
  }
}
