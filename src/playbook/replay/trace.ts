import { AppError } from '../../kernel/index.ts'

/** One call of a recorded trace: when it came and how large it was. */
export interface TracePoint {
  /** Milliseconds since the first call of the trace, with fractions. */
  readonly atMs: number
  readonly promptTokens: number
  readonly completionTokens: number
}

const HEADER = 'TIMESTAMP,ContextTokens,GeneratedTokens'
const LINE = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?,(\d+),(\d+)$/

/**
 * Parses traces in the layout of the Azure LLM inference dataset (times to 100 ns) and merges
 * them in order of time.
 *
 * @throws AppError REPLAY_INPUT_INVALID with the line that cannot be read
 */
export function parseTraces(
  files: readonly { readonly name: string; readonly content: string }[],
): readonly TracePoint[] {
  const points = files
    .flatMap(({ name, content }) => parseTrace(name, content))
    .sort((a, b) => a.atMs - b.atMs)
  const first = points[0]
  if (first === undefined) {
    throw new AppError('REPLAY_INPUT_INVALID', { problem: 'the trace holds no calls' })
  }
  return points.map((point) => ({ ...point, atMs: point.atMs - first.atMs }))
}

function parseTrace(name: string, content: string): TracePoint[] {
  const [header, ...lines] = content.split(/\r?\n/)
  if (header !== HEADER) {
    throw new AppError('REPLAY_INPUT_INVALID', { file: name, line: 1, expected: HEADER })
  }
  return lines.flatMap((line, index) => {
    if (line === '') return []
    const match = LINE.exec(line)
    if (match === null) {
      throw new AppError('REPLAY_INPUT_INVALID', { file: name, line: index + 2, found: line })
    }
    const [, day, time, fraction = '0', prompt, completion] = match
    return {
      atMs: Date.parse(`${day}T${time}Z`) + Number(`0.${fraction}`) * 1_000,
      promptTokens: Number(prompt),
      completionTokens: Number(completion),
    }
  })
}

/**
 * Returns the point of the `number`-th call, the trace being repeated as often as needed: each
 * round follows the one before at the trace's mean gap.
 */
export function tracePoint(trace: readonly TracePoint[], number: number): TracePoint {
  const round = Math.floor(number / trace.length)
  const point = trace[number % trace.length]!
  const lastMs = trace.at(-1)!.atMs
  const roundMs = lastMs + lastMs / Math.max(1, trace.length - 1)
  return { ...point, atMs: point.atMs + round * roundMs }
}
