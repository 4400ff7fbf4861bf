import { illegalArgument } from '../search-failure.ts'
import {
  type DateField,
  type DateFields,
  type DateFormat,
  moment,
  readFields,
} from './date-fields.ts'
import { offsetText } from './time-zone.ts'

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

type PartName = DateField | 'monthName' | 'weekday' | 'shortYear' | 'halfHour' | 'half' | 'offset'

/** A run of one letter: how it is read and written. */
interface Part {
  readonly name: PartName
  /** Regular expression. */
  readonly pattern: string
  write(local: Date, offset: string): string
}

/**
 * Makes a format of a pattern in Java's letters; names of months and days are English.
 *
 * @param anyFraction whether `SSS` reads any number of digits
 * @throws SearchFailure for letters that are not supported
 */
export function patternFormat(pattern: string, anyFraction: boolean): DateFormat {
  let expression = ''
  const writers: ((local: Date, offset: string) => string)[] = []
  for (const [whole, quoted, letter] of pattern.matchAll(/'([^']*)'|([A-Za-z])\2*|[^A-Za-z']+/g)) {
    if (letter === undefined) {
      const literal = quoted === undefined ? whole : quoted === '' ? "'" : quoted
      expression += literal.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
      writers.push(() => literal)
      continue
    }
    const part = partOf(letter, whole.length, anyFraction)
    if (part === undefined) {
      throw illegalArgument(`Invalid format: [${pattern}]: letter [${whole}] is not supported`)
    }
    expression += `(?<${part.name}>${part.pattern})`
    writers.push((local, offset) => part.write(local, offset))
  }
  return compiled(pattern, expression, writers)
}

function compiled(
  pattern: string,
  expression: string,
  writers: readonly ((local: Date, offset: string) => string)[],
): DateFormat {
  let matcher: RegExp
  try {
    matcher = new RegExp(`^${expression}$`, 'u')
  } catch {
    throw illegalArgument(`Invalid format: [${pattern}]: a letter occurs twice`)
  }
  return {
    parse(text, zone, roundUp) {
      const groups = matcher.exec(text)?.groups
      return groups && moment(readFields(fieldsOf(groups)), groups.offset, zone, roundUp)
    },
    format(ms, zone) {
      const local = new Date(ms + zone.offsetMs(ms))
      return writers.map((write) => write(local, offsetText(zone, ms))).join('')
    },
  }
}

type Groups = { readonly [Name in PartName]?: string | undefined }

function fieldsOf(groups: Groups): DateFields {
  const { monthName, shortYear, halfHour, half } = groups
  if (monthName === undefined && shortYear === undefined && halfHour === undefined) return groups
  const hour = Number(halfHour) % 12
  return {
    ...groups,
    ...(monthName !== undefined && { month: monthNumber(monthName) }),
    ...(shortYear !== undefined && { year: `20${shortYear}` }),
    ...(halfHour !== undefined && { hour: String(half === 'PM' ? hour + 12 : hour) }),
  }
}

function monthNumber(name: string): string {
  return String(MONTHS.findIndex((month) => month.startsWith(name)) + 1)
}

function digits(count: number): string {
  return count === 1 ? '\\d{1,2}' : `\\d{${count}}`
}

const TIME_PARTS: Readonly<Record<string, { name: DateField; of(local: Date): number }>> = {
  d: { name: 'day', of: (local) => local.getUTCDate() },
  H: { name: 'hour', of: (local) => local.getUTCHours() },
  m: { name: 'minute', of: (local) => local.getUTCMinutes() },
  s: { name: 'second', of: (local) => local.getUTCSeconds() },
}

function partOf(letter: string, count: number, anyFraction: boolean): Part | undefined {
  const pad = (value: number) => String(value).padStart(count, '0')
  const plain = TIME_PARTS[letter]
  switch (letter) {
    case 'y':
    case 'u':
      return yearPart(count)
    case 'M':
    case 'L':
      return monthPart(count)
    case 'S':
      return fractionPart(count, anyFraction)
    case 'E':
      return weekdayPart(count)
    case 'h':
      return {
        name: 'halfHour',
        pattern: count === 1 ? '0?[1-9]|1[0-2]' : '0[1-9]|1[0-2]',
        write: (local) => pad(local.getUTCHours() % 12 || 12),
      }
    case 'a':
      return {
        name: 'half',
        pattern: 'AM|PM',
        write: (at) => (at.getUTCHours() < 12 ? 'AM' : 'PM'),
      }
    case 'X':
    case 'x':
    case 'Z':
      return {
        name: 'offset',
        pattern: `${letter === 'x' ? '' : 'Z|'}[+-]\\d{2}(?::?\\d{2})?`,
        write: (_, offset) => offset,
      }
    default:
      if (plain === undefined || count > 2) return undefined
      return { name: plain.name, pattern: digits(count), write: (at) => pad(plain.of(at)) }
  }
}

function yearPart(count: number): Part {
  if (count === 2) {
    return {
      name: 'shortYear',
      pattern: '\\d{2}',
      write: (local) => String(local.getUTCFullYear() % 100).padStart(2, '0'),
    }
  }
  const write = (local: Date) => String(local.getUTCFullYear()).padStart(count, '0')
  return { name: 'year', pattern: '\\d{4}', write }
}

function monthPart(count: number): Part | undefined {
  if (count > 4) return undefined
  if (count < 3) {
    const write = (local: Date) => String(local.getUTCMonth() + 1).padStart(count, '0')
    return { name: 'month', pattern: digits(count), write }
  }
  const names = MONTHS.map((name) => (count === 3 ? name.slice(0, 3) : name))
  const write = (local: Date) => names[local.getUTCMonth()] ?? ''
  return { name: 'monthName', pattern: names.join('|'), write }
}

function weekdayPart(count: number): Part | undefined {
  if (count > 4) return undefined
  const names = WEEKDAYS.map((name) => (count < 4 ? name.slice(0, 3) : name))
  const write = (local: Date) => names[local.getUTCDay()] ?? ''
  return { name: 'weekday', pattern: names.join('|'), write }
}

function fractionPart(count: number, anyFraction: boolean): Part {
  return {
    name: 'fraction',
    pattern: anyFraction ? '\\d{1,9}' : `\\d{${count}}`,
    write: (local) =>
      String(local.getUTCMilliseconds()).padStart(3, '0').padEnd(count, '0').slice(0, count),
  }
}
