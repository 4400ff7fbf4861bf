import { resolve } from 'node:path'
import { InvalidArgumentError } from 'commander'
import { compareEngines, type IndexComparison } from '../../server/index.ts'
import { type CliContext, type CommonOptions, readConfig } from '../context.ts'
import { type DefineCommand, defineCommand, withConfig } from '../define-command.ts'

interface CompareCommandOptions extends CommonOptions {
  readonly from?: string
  readonly to?: string
}

/** `bellwether compare`: exit code 1 when the engines differ. */
export const compareCommand: DefineCommand = (context, done) =>
  withConfig(
    defineCommand('compare', 'compare the embedded store with the cluster, day by day (mirror)'),
  )
    .option('--from <day>', 'first UTC day, YYYY-MM-DD (default: the first there is)', dayOption)
    .option('--to <day>', 'last UTC day, YYYY-MM-DD (default: today)', dayOption)
    .action(async (options: CompareCommandOptions) => {
      if (!(await compare(options, context))) done(1)
    })

async function compare(options: CompareCommandOptions, context: CliContext): Promise<boolean> {
  const { from, to } = options
  const comparisons: IndexComparison[] = []
  const compared = compareEngines({
    config: readConfig(options, context),
    data: resolve(options.data),
    from,
    to,
    clock: context.clock,
  })
  for await (const comparison of compared) {
    comparisons.push(comparison)
    if (options.json !== true) context.stdout.write(textOf(comparison))
  }
  const equal = comparisons.every((comparison) => comparison.equal)
  if (options.json === true) {
    context.stdout.write(`${JSON.stringify({ equal, indices: comparisons })}\n`)
  } else {
    const verdict = equal ? 'both engines hold the same' : 'the engines differ'
    context.stdout.write(`${comparisons.length} indices compared: ${verdict}\n`)
  }
  return equal
}

function textOf(comparison: IndexComparison): string {
  const { index, equal, embedded, cluster } = comparison
  if (equal) return `${index}  ${embedded.count} documents, checksum ${embedded.checksum}: equal\n`
  const side = (name: string, { count, checksum }: IndexComparison['embedded']) =>
    `  ${name.padEnd(9)} ${count} documents, checksum ${checksum}`
  const ids = (title: string, list: readonly string[]) =>
    list.length === 0 ? [] : [`  ${title}: ${list.join(', ')}`]
  return [
    `${index}  differs`,
    side('embedded', embedded),
    side('cluster', cluster),
    ...ids('only in the embedded store', comparison.missing_in_cluster),
    ...ids('only in the cluster', comparison.missing_in_embedded),
    ...ids('in both, but different', comparison.changed),
    '',
  ].join('\n')
}

function dayOption(value: string): string {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value))
  if (!isDay) throw new InvalidArgumentError('It must be a day, YYYY-MM-DD.')
  return value
}
