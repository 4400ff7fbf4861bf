const STEPS = [1, 2, 5] as const
/** With at least so many powers of ten in view, they alone are marked. */
const ENOUGH_DECADES = 3

/** Ends of a logarithmic axis: the next of 1, 2, 5 times a power of ten around the values. */
export function logRange(min: number | null, max: number | null): [number, number] {
  if (min === null || max === null || min <= 0) return [1, 1_000]
  const ticks = stepsAround(min, max)
  const low = ticks.findLast((tick) => tick <= min) ?? min
  const high = ticks.find((tick) => tick >= max && tick > low) ?? max
  return [low, high]
}

/** Marks of a logarithmic axis: powers of ten, or 1, 2, 5 times them where those are few. */
export function logTicks(min: number, max: number): number[] {
  const ticks = stepsAround(min, max).filter((tick) => tick >= min && tick <= max)
  const decades = ticks.filter((tick) => Number.isInteger(round(Math.log10(tick))))
  return decades.length >= ENOUGH_DECADES ? decades : ticks
}

function stepsAround(min: number, max: number): number[] {
  const first = Math.floor(Math.log10(min))
  const last = Math.ceil(Math.log10(max))
  const exponents = Array.from({ length: last - first + 1 }, (_, index) => first + index)
  return exponents.flatMap((exponent) => STEPS.map((step) => round(step * 10 ** exponent)))
}

function round(value: number): number {
  return Number(value.toPrecision(12))
}
