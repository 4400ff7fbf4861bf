import { writeSync } from 'node:fs'
import { numberOf, readAll } from './journal-fixture.ts'

/** Reads the journal in the folder it is given and says the numbers of its entries, and the damage. */
const { entries, damages } = await readAll(process.argv[2] ?? '')
const numbers = entries.map(({ bytes }) => numberOf(bytes))
writeSync(1, JSON.stringify({ numbers, damages }))
