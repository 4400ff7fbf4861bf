import { it } from 'vitest'
import { checkJournalModel } from './journal-model.ts'

it('delivers what was confirmed exactly once, in order, in 800 random histories', async () => {
  await checkJournalModel(800)
}, 120_000)
