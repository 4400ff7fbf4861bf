import type { Quantiles } from './load.ts'

export type Row = readonly (string | number)[]

/** A section of the results page, none without rows; rows that are too short end with dashes. */
export function section(
  title: string,
  notes: readonly string[],
  columns: readonly string[],
  rows: readonly Row[],
): string[] {
  if (rows.length === 0) return []
  const filled = rows.map((row) => columns.map((_, index) => row[index] ?? '-'))
  const rule = columns.map(() => '---').join('|')
  return ['', `## ${title}`, '', ...notes, ...(notes.length > 0 ? [''] : []), line(columns)].concat(
    `|${rule}|`,
    filled.map(line),
  )
}

function line(cells: Row): string {
  return `| ${cells.map((cell) => String(cell).replaceAll('|', '/')).join(' | ')} |`
}

/** Two quantiles in milliseconds; a dash where nothing was answered. */
export function pair({ p50, p99 }: Pick<Quantiles, 'p50' | 'p99'>): string {
  return Number.isFinite(p50) ? `${p50.toFixed(2)} / ${p99.toFixed(2)}` : '-'
}
