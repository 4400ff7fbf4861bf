import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { Gate } from './gate.ts'

it('lets readers in together and keeps them out while somebody is alone', async () => {
  const gate = new Gate()
  const seen: string[] = []
  const slow = (name: string) => async () => {
    seen.push(`${name} in`)
    await delay(20)
    seen.push(`${name} out`)
  }
  const readers = [gate.open(slow('a')), gate.open(slow('b'))]
  const alone = gate.closed(slow('alone'))
  await Promise.all(readers)
  const late = gate.open(slow('late'))
  await Promise.all([alone, late])
  expect(seen).toEqual([
    'a in',
    'b in',
    'a out',
    'b out',
    'alone in',
    'alone out',
    'late in',
    'late out',
  ])
})

it('holds readers up for who has waited long', async () => {
  const gate = new Gate()
  let ended = false
  const readers = [0, 1].map(async (start) => {
    await delay(start * 15)
    while (!ended) await gate.open(() => delay(30))
  })
  await gate.closed(async () => {
    ended = true
  })
  await Promise.all(readers)
}, 10_000)

it('opens again after a failure', async () => {
  const gate = new Gate()
  await expect(gate.closed(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await gate.open(async () => 'in')).toBe('in')
})
