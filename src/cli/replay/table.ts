import type { ReplayOutcome } from '../../playbook/index.ts'

type Comparison = ReplayOutcome['reconciliation']['comparisons'][number]

const NANO = 1_000_000_000n
const MOST_DIFFERENCES = 20

/** Writes the outcome of a replay as a table: the same sums counted on each side. */
export function replayTable({ reconciliation, results, run, seconds }: ReplayOutcome): string {
  const { comparisons, differences, exact, unanswered } = reconciliation
  const rate = Math.round(results.length / Math.max(seconds, 0.001))
  const rows = [
    ['', 'calls', 'journal', 'store', ''],
    ...comparisons.map((line) => [
      line.what,
      line.calls === undefined ? '' : amount(line, line.calls),
      amount(line, line.journal),
      amount(line, line.store),
      isEqual(line) ? 'equal' : 'DIFFERENT',
    ]),
  ]
  return [
    `${results.length} calls in ${seconds.toFixed(1)} s (${rate} a second), release ${run}`,
    '',
    ...alignColumns(rows),
    '',
    ...Object.entries(unanswered).map(
      ([explanation, count]) => `${count} without a whole answer: ${explanation}`,
    ),
    exact ? 'Exact: every call is accounted for once.' : 'NOT exact:',
    ...differences.slice(0, MOST_DIFFERENCES).map((difference) => `  ${difference}`),
    ...(differences.length > MOST_DIFFERENCES
      ? [`  and ${differences.length - MOST_DIFFERENCES} more; --json tells all`]
      : []),
  ].join('\n')
}

function isEqual({ calls, journal, store }: Comparison): boolean {
  return journal === store && (calls === undefined || calls === journal)
}

function amount({ unit }: Comparison, value: number): string {
  return unit === 'nano-USD' ? usd(value) : value.toLocaleString('en-US')
}

/** Writes nano-USD as USD by whole numbers: no digit is lost. */
function usd(nanoUsd: number): string {
  const whole = BigInt(nanoUsd)
  return `$${whole / NANO}.${String(whole % NANO).padStart(9, '0')}`
}

function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 || column === row.length - 1
          ? cell.padEnd(widths[column]!)
          : cell.padStart(widths[column]!),
      )
      .join('  ')
      .trimEnd(),
  )
}
