import { expect, it } from 'vitest'
import { isAppError } from '../../kernel/index.ts'
import { parseTraces, tracePoint } from './trace.ts'

const HEADER = 'TIMESTAMP,ContextTokens,GeneratedTokens'

function trace(...lines: string[]) {
  return { name: 'trace.csv', content: [HEADER, ...lines, ''].join('\r\n') }
}

it('reads times to 100 ns, counted from the first call', () => {
  const points = parseTraces([
    trace('2023-11-16 18:15:46.6805900,374,44', '2023-11-16 18:15:50.9951690,396,109'),
  ])
  expect(points).toHaveLength(2)
  expect(points[0]).toEqual({ atMs: 0, promptTokens: 374, completionTokens: 44 })
  expect(points[1]?.atMs).toBeCloseTo(4_314.579, 3)
})

it('merges several traces by time', () => {
  const points = parseTraces([
    trace('2023-11-16 18:15:46.0,1,1', '2023-11-16 18:15:48.0,3,3'),
    trace('2023-11-16 18:15:47,2,2'),
  ])
  expect(points.map(({ promptTokens }) => promptTokens)).toEqual([1, 2, 3])
})

it.each([
  ['2023-11-16T18:15:46Z,1,1', 2],
  ['2023-11-16 18:15:46.0,1', 2],
  ['2023-11-16 18:15:46.0,-1,1', 2],
])('names the line that cannot be read: %s', (line, number) => {
  expect(() => parseTraces([trace(line)])).toThrow(
    expect.objectContaining({ details: { file: 'trace.csv', line: number, found: line } }),
  )
})

it.each(['', 'time,in,out\n1,2,3', HEADER])('refuses what is no trace: %j', (content) => {
  const attempt = () => parseTraces([{ name: 'a', content }])
  expect(attempt).toThrow(expect.toSatisfy((e) => isAppError(e, 'REPLAY_INPUT_INVALID')))
})

it('repeats the trace, each round after the one before', () => {
  const points = parseTraces([trace('2023-11-16 18:15:46,1,1', '2023-11-16 18:15:48,2,2')])
  expect([0, 1, 2, 3, 4].map((number) => tracePoint(points, number).atMs)).toEqual([
    0, 2_000, 4_000, 6_000, 8_000,
  ])
})
