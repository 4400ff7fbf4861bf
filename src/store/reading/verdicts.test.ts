import { expect, it } from 'vitest'
import { ProbeCache } from './probe-cache.ts'
import { Verdicts } from './verdicts.ts'

const ANSWER = { file: 'day 1', probe: 'a' }

it('knows again what was noted of rows, of the same file and edition only', () => {
  const cache = new ProbeCache()
  const first = new Verdicts(cache, ANSWER, 0)
  for (const row of [9, 2, 5]) first.note(row, row !== 5)
  first.save()
  const second = new Verdicts(cache, ANSWER, 0)
  expect([2, 5, 7, 9].map((row) => second.of(row))).toEqual([true, false, undefined, true])
  second.note(7, false)
  second.save()
  const third = new Verdicts(cache, ANSWER, 0)
  expect([...third.matching]).toEqual([2, 9])
  expect([...third.others]).toEqual([5, 7])
  expect(new Verdicts(cache, { ...ANSWER, probe: 'b' }, 0).of(2)).toBeUndefined()
  expect(new Verdicts(cache, { ...ANSWER, file: 'day 2' }, 0).of(2)).toBeUndefined()
  expect(new Verdicts(cache, ANSWER, 1).of(2)).toBeUndefined()
})
