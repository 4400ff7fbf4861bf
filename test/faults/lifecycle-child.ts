import { writeSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { RunningStore } from '../support/running-store.ts'
import { dayAt, NOW_MS, recordOf } from './lifecycle-fixture.ts'

/**
 * Writes records, seals, drops and erases days and takes snapshots until it is killed. Says what
 * it begins and what is done: `written N`, `dropping DAY N`, `erasing DAY N`, `snapshot NAME`.
 */
const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    repository: { type: 'string' },
    from: { type: 'string' },
  },
})
const { data = '', repository = '' } = values

const ROUND = 40

let written = Number(values.from)

function say(line: string): void {
  writeSync(1, `${line}\n`)
}

const running = await RunningStore.open({
  data,
  nowMs: NOW_MS,
  store: { seal_after_minutes: 0 },
  snapshots: { paths: [repository] },
})
await running.ask('PUT', '/_snapshot/r', { type: 'fs', settings: { location: repository } })
say('open')

/** What a round does besides writing, in turn. */
const WORKS = [
  () => running.store.sealDays(),
  async () => {
    const day = dayAt(1)
    say(`dropping ${day} ${written}`)
    await running.store.dropDay(day)
  },
  async () => {
    const name = `s${written}`
    await running.ask('PUT', `/_snapshot/r/${name}?wait_for_completion=true`)
    say(`snapshot ${name}`)
  },
  async () => {
    const day = dayAt(2)
    say(`erasing ${day} ${written}`)
    await running.store.erasePrefixes(day, ['holysheep-b'])
  },
] as const

for (let round = Number(values.from) / 1_000_000; ; round++) {
  const fresh = Array.from({ length: ROUND }, () => recordOf(written++))
  running.write(fresh)
  say(`written ${written}`)
  const work = WORKS[round % WORKS.length]!()
  running.write(Array.from({ length: ROUND }, () => recordOf(written++)))
  say(`written ${written}`)
  await work
  await running.caughtUp()
}
