import type { AlignedData } from 'uplot'

export interface ChartSeries {
  readonly label: string
  /** Name of the colour among the tokens: `--bw-series-ok`. */
  readonly colour: string
  readonly shape: 'bars' | 'line'
  readonly values: readonly (number | undefined)[]
  readonly dash?: readonly number[]
}

/** Lays values out for uPlot: seconds, then bars summed from the top of the stack down. */
export function plotData({
  startsMs,
  series,
}: {
  readonly startsMs: readonly number[]
  readonly series: readonly ChartSeries[]
}): AlignedData {
  const stacked: number[] = startsMs.map(() => 0)
  const columns = series.map(({ shape, values }) => {
    if (shape === 'line') return values.map((value) => value ?? null)
    return values.map((value, index) => {
      stacked[index] = (stacked[index] ?? 0) + (value ?? 0)
      return stacked[index]
    })
  })
  return [startsMs.map((ms) => ms / 1_000), ...columns.reverse()]
}

/** Places of values between two gaps, which a line does not show. */
export function isolated(values: ArrayLike<number | null | undefined>): number[] {
  const known = (index: number) => typeof values[index] === 'number'
  return Array.from(values, (_, index) => index).filter(
    (index) => known(index) && !known(index - 1) && !known(index + 1),
  )
}
