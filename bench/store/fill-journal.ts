import { openJournal } from '../../src/journal/index.ts'
import { createLogger, systemClock } from '../../src/kernel/index.ts'
import { callEntry, loadTexts } from './records.ts'

/** Entries between two waits for the disk. */
const GROUP = 2000
const MIB = 2 ** 20

const [folder = '', records = '0', days = '30', endMs = '0'] = process.argv.slice(2)
const journal = await openJournal({
  folder,
  syncMs: 20,
  segmentBytes: 64 * MIB,
  maxBytes: 2 ** 40,
  memoryBytes: 64 * MIB,
  readers: ['text', 'columns'],
  clock: systemClock,
  logger: createLogger({ process: 'bench', level: 'warn' }),
})
const plan = {
  records: Number(records),
  days: Number(days),
  endMs: Number(endMs),
  texts: loadTexts().texts,
}
for (let number = 0; number < plan.records; number++) {
  journal.write(callEntry(plan, number))
  if (number % GROUP === 0) await journal.sync()
}
await journal.sync()
process.stdout.write(`${journal.status().end}\n`)
await journal.close()
