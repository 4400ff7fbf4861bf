import { spawn } from 'node:child_process'
import { hash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../kernel/index.ts'
import { openAccounts } from './key-book.ts'

const SECRET = `hss_${'a'.repeat(40)}`
const PROCESSES = 4

describe('an accounts file from before keys had limits', () => {
  let folder: string
  let file: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bellwether-accounts-'))
    file = join(folder, 'accounts.db')
    const database = new DatabaseSync(file)
    database.exec(`
      PRAGMA journal_mode = WAL;
      CREATE TABLE keys (
        id TEXT PRIMARY KEY, name TEXT NOT NULL, team TEXT, hash TEXT NOT NULL UNIQUE,
        created_ms INTEGER NOT NULL, revoked_ms INTEGER
      ) STRICT;
      CREATE UNIQUE INDEX keys_name_in_force ON keys (name) WHERE revoked_ms IS NULL;
    `)
    database
      .prepare('INSERT INTO keys VALUES (?, ?, ?, ?, ?, NULL)')
      .run('key_old', 'shop', 'web', hash('sha256', SECRET), 1_000)
    database.close()
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('is opened with all its keys, which are not limited', () => {
    const accounts = openAccounts(file, systemClock)
    const key = { id: 'key_old', name: 'shop', team: 'web', createdMs: 1_000 }
    expect(accounts.keys.verify(SECRET)).toEqual({ ok: true, key })
    const limits = { requestsPerMinute: 1 }
    accounts.keys.create({ name: 'trial', limits })
    expect(accounts.keys.list()).toMatchObject([key, { name: 'trial', limits }])
    accounts.close()
  })

  it('is opened by several processes at once', async () => {
    expect(await openAtOnce(file)).toEqual(Array(PROCESSES).fill('1'))
  })

  it('is not changed again once a newer program has changed it', () => {
    openAccounts(file, systemClock).close()
    const database = new DatabaseSync(file)
    database.exec('PRAGMA user_version = 99')
    const accounts = openAccounts(file, systemClock)
    expect(accounts.keys.verify(SECRET).ok).toBe(true)
    expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: 99 })
    accounts.close()
    database.close()
  })
})

it('a fresh accounts file is made once by several processes that start together', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bellwether-accounts-'))
  expect(await openAtOnce(join(folder, 'accounts.db'))).toEqual(Array(PROCESSES).fill('0'))
  rmSync(folder, { recursive: true })
})

/** Opens the file in processes that wait for each other; each answers how many keys it sees. */
async function openAtOnce(file: string): Promise<readonly string[]> {
  const keyBook = new URL('./key-book.ts', import.meta.url).href
  const script = `
    const { openAccounts } = await import(${JSON.stringify(keyBook)})
    process.stdout.write('ready')
    await new Promise((resolve) => process.stdin.once('data', resolve))
    const clock = { nowMs: Date.now, monotonicMs: Date.now }
    const accounts = openAccounts(${JSON.stringify(file)}, clock)
    process.stdout.write(' ' + accounts.keys.list().length)
    process.exit()`
  const children = Array.from({ length: PROCESSES }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'pipe' }),
  )
  const outputs = children.map((child) => {
    const output = { text: '' }
    const collect = (text: string) => {
      output.text += text
    }
    child.stdout.setEncoding('utf8').on('data', collect)
    child.stderr.setEncoding('utf8').on('data', collect)
    return output
  })
  const ended = children.map((child) => once(child, 'close'))
  await Promise.all(children.map((child) => once(child.stdout, 'data')))
  for (const child of children) child.stdin.write('go')
  await Promise.all(ended)
  return outputs.map(({ text }) => text.replace('ready ', ''))
}
