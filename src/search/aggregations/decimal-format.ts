import { illegalArgument } from '../search-failure.ts'

/** Writes numbers as a pattern says. */
export type NumberFormat = (value: number) => string

const PATTERN = /^((?:'[^']*'|[^#0,.'])*)([#,]*[0,]*)(?:\.(0*)(#*))?((?:'[^']*'|[^#0,.'])*)$/

/**
 * Reads a pattern such as `0.00`, `#,##0.##` or `0.0%`, as Java's `DecimalFormat` does.
 *
 * @throws SearchFailure for a pattern with exponents or several forms
 */
export function decimalFormat(pattern: string): NumberFormat {
  const found = PATTERN.exec(pattern)
  const [, prefix = '', whole = '', zeros = '', more = '', suffix = ''] = found ?? []
  if (found === null || whole + zeros + more === '' || /[E;‰]/.test(prefix + suffix)) {
    throw illegalArgument(`[format] does not support the pattern [${pattern}]`)
  }
  const comma = whole.lastIndexOf(',')
  const formatter = new Intl.NumberFormat('en-US', {
    useGrouping: comma >= 0 && whole.length - comma - 1 === 3,
    minimumIntegerDigits: Math.min(21, Math.max(1, whole.replaceAll(/[#,]/g, '').length)),
    minimumFractionDigits: Math.min(20, zeros.length),
    maximumFractionDigits: Math.min(20, zeros.length + more.length),
    roundingMode: 'halfEven',
  })
  const factor = (prefix + suffix).includes('%') ? 100 : 1
  const [before, behind] = [unquoted(prefix), unquoted(suffix)]
  return (value) => {
    const text = formatter.format(Math.abs(value) * factor)
    const isNegative = value < 0 || Object.is(value, -0)
    return `${isNegative ? '-' : ''}${before}${withoutZero(text, whole)}${behind}`
  }
}

function unquoted(text: string): string {
  return text.replaceAll(/'([^']*)'/g, (_, inner: string) => (inner === '' ? "'" : inner))
}

/** `#.00` writes no zero in front of the point. */
function withoutZero(text: string, whole: string): string {
  return !whole.includes('0') && text.startsWith('0.') ? text.slice(1) : text
}
