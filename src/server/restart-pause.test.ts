import { expect, it } from 'vitest'
import { RestartPause } from './restart-pause.ts'

function pauseWithClock() {
  const clock = { ms: 0, nowMs: () => 0, monotonicMs: () => clock.ms }
  return { clock, pause: new RestartPause(clock) }
}

it('restarts at once the first time', () => {
  expect(pauseWithClock().pause.ended()).toBe(0)
})

it('waits longer each time a child ends soon after its start, five seconds at most', () => {
  const { clock, pause } = pauseWithClock()
  const pauses = Array.from({ length: 8 }, () => {
    pause.ready()
    clock.ms += 100
    return pause.ended()
  })
  expect(pauses).toEqual([0, 250, 500, 1_000, 2_000, 5_000, 5_000, 5_000])
})

it('restarts at once again after a child has been ready for five seconds', () => {
  const { clock, pause } = pauseWithClock()
  for (let ending = 0; ending < 4; ending++) pause.ended()
  pause.ready()
  clock.ms += 5_000
  expect(pause.ended()).toBe(0)
})

it('does not take a long start for a good one', () => {
  const { clock, pause } = pauseWithClock()
  pause.ended()
  clock.ms += 60_000
  expect(pause.ended()).toBe(250)
})
