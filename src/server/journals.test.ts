import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { journalEnd, openJournal } from '../journal/index.ts'
import { createLogger, loadConfig, systemClock } from '../kernel/index.ts'
import { journalFolders, journalLimits } from './journals.ts'

let data: string
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'bellwether-journals-'))
})
afterEach(() => rmSync(data, { recursive: true }))

it('tells where a journal ends that another process writes', async () => {
  const { relay } = journalFolders(data)
  expect(await journalEnd(relay)).toBe(0)
  const journal = await openJournal({
    folder: relay,
    ...journalLimits(loadConfig(undefined, {})),
    clock: systemClock,
    logger: createLogger({ process: 'test', level: 'silent' }),
  })
  expect(await journalEnd(relay)).toBe(journal.status().end)
  await journal.append(Buffer.alloc(1_000))
  expect(await journalEnd(relay)).toBe(journal.status().end)
  await journal.close()
})

it.each([
  ['elasticsearch', ['elasticsearch']],
  ['mirror', ['columns', 'text', 'elasticsearch']],
] as const)('waits with engine %s for whoever follows: %j', (engine, readers) => {
  const config = loadConfig(undefined, {})
  const search = { ...config.search, engine }
  expect(journalLimits({ ...config, search }).readers).toEqual(readers)
})

it('waits for both writers, also where no bodies are kept', () => {
  const config = loadConfig(undefined, {})
  const without = { ...config, store: { ...config.store, text: false } }
  for (const each of [config, without]) {
    expect(journalLimits(each).readers).toEqual(['columns', 'text'])
  }
})
