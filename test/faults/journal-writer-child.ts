import { writeSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { messageOf } from '../../src/kernel/index.ts'
import { numbered, openSmallJournal } from './journal-fixture.ts'

/**
 * Writes numbered entries until it is ended, and says on standard output, a line each, what a
 * caller would have been told: `written N`, `synced N`, `refused N CODE`, `state STATE`.
 */
const { values } = parseArgs({
  options: {
    folder: { type: 'string' },
    first: { type: 'string', default: '0' },
    count: { type: 'string', default: 'Infinity' },
    bytes: { type: 'string', default: '300' },
    every: { type: 'string', default: '10' },
    pause: { type: 'string', default: '0' },
    memory: { type: 'string', default: '65536' },
    segment: { type: 'string', default: '20000' },
  },
})

function say(line: string): void {
  writeSync(1, `${line}\n`)
}

const journal = await openSmallJournal(values.folder ?? '', {
  segmentBytes: Number(values.segment),
  maxBytes: 256 * 1024 * 1024,
  memoryBytes: Number(values.memory),
})
say('open')
let state = 'ok'
const first = Number(values.first)
for (let number = first; number < first + Number(values.count); number++) {
  const entry = numbered(number, 20 + ((number * 37) % Number(values.bytes)))
  try {
    if (number % Number(values.every) === 0) {
      await journal.append(entry)
      say(`synced ${number}`)
    } else {
      journal.write(entry)
      say(`written ${number}`)
    }
  } catch (error) {
    say(`refused ${number} ${messageOf(error)}`)
    await delay(20)
  }
  if (journal.status().state !== state) {
    state = journal.status().state
    say(`state ${state}`)
  }
  if (Number(values.pause) > 0) await delay(Number(values.pause))
}
await journal.close()
say('closed')
