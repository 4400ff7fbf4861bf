import { expect, it } from 'vitest'
import { RemoteFrontier } from './remote-frontier.ts'

it('moves only as far as everything before is done', () => {
  const frontier = new RemoteFrontier(10)
  const [first, second, third] = [20, 30, 40].map((next) => frontier.begin(next))
  second!()
  expect(frontier.position).toBe(10)
  first!()
  expect(frontier.position).toBe(30)
  third!()
  expect(frontier.position).toBe(40)
})
