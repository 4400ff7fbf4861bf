import { it } from 'vitest'
import { checkJournalModel } from '../../test/faults/journal-model.ts'

it('delivers what was confirmed exactly once, in order, whatever crashes', async () => {
  await checkJournalModel(100)
})
