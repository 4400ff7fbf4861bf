import { describe, expect, it } from 'vitest'
import { isolated, plotData } from './plot-data.ts'

describe('plotData', () => {
  it('stacks bars and puts the top of the stack first', () => {
    const data = plotData({
      startsMs: [1_000, 2_000],
      series: [
        { label: 'ok', colour: '', shape: 'bars', values: [5, 1] },
        { label: 'failed', colour: '', shape: 'bars', values: [2, undefined] },
      ],
    })
    expect(data).toEqual([
      [1, 2],
      [7, 1],
      [5, 1],
    ])
  })

  it('leaves gaps in lines', () => {
    const data = plotData({
      startsMs: [0],
      series: [{ label: 'p50', colour: '', shape: 'line', values: [undefined] }],
    })
    expect(data).toEqual([[0], [null]])
  })
})

describe('isolated', () => {
  it('finds values without neighbours', () => {
    expect(isolated([1, null, 2, 3, null, 4])).toEqual([0, 5])
    expect(isolated([null, 7, undefined])).toEqual([1])
    expect(isolated([])).toEqual([])
  })
})
