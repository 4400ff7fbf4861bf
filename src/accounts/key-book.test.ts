import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../kernel/index.ts'
import { type Accounts, openAccounts } from './key-book.ts'

describe('the key book', () => {
  let folder: string
  let accounts: Accounts

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bellwether-keys-'))
    accounts = openAccounts(join(folder, 'accounts.db'), systemClock)
  })
  afterEach(() => {
    accounts.close()
    rmSync(folder, { recursive: true })
  })

  it('accepts a key it made and keeps only its hash on disk', () => {
    const { key, secret } = accounts.keys.create({ name: 'shop', team: 'web' })
    expect(secret).toMatch(/^hss_[0-9A-Za-z]{40}$/)
    expect(accounts.keys.verify(secret)).toEqual({ ok: true, key })
    for (const file of ['accounts.db', 'accounts.db-wal']) {
      expect(readFileSync(join(folder, file)).includes(secret)).toBe(false)
    }
  })

  it.each([
    [undefined, 'missing'],
    ['', 'missing'],
    ['sk-123', 'malformed'],
    [`hss_${'a'.repeat(39)}`, 'malformed'],
    [`hss_${'a'.repeat(40)}\n`, 'malformed'],
    [`hss_${'a'.repeat(40)}`, 'unknown'],
  ] as const)('refuses %j as %s', (secret, reason) => {
    expect(accounts.keys.verify(secret)).toEqual({ ok: false, reason })
  })

  it('refuses a second key of the same name until the first is revoked', () => {
    const first = accounts.keys.create({ name: 'shop' })
    expect(() => accounts.keys.create({ name: 'shop' })).toThrow('a key of this name exists')
    expect(accounts.keys.revoke(first.key.id)).toBe(true)
    expect(accounts.keys.verify(first.secret)).toEqual({ ok: false, reason: 'revoked' })
    expect(accounts.keys.create({ name: 'shop' }).key.name).toBe('shop')
    expect(accounts.keys.revoke('nobody')).toBe(false)
  })

  it('keeps what a key may do and shows it again after a restart', () => {
    const { key, secret } = accounts.keys.create({
      name: 'shop',
      models: ['gpt-4*', 'small'],
      endpoints: ['/v1/chat/completions'],
      limits: { requestsPerMinute: 60, tokensPerMinute: 90_000, concurrent: 4 },
      expiresMs: Date.now() + 60_000,
    })
    const partial = accounts.keys.create({ name: 'partial', models: [], limits: { concurrent: 1 } })
    accounts.close()
    accounts = openAccounts(join(folder, 'accounts.db'), systemClock)
    expect(accounts.keys.verify(secret)).toEqual({ ok: true, key })
    expect(key.models).toEqual(['gpt-4*', 'small'])
    expect(accounts.keys.verify(partial.secret)).toEqual({
      ok: true,
      key: {
        id: partial.key.id,
        name: 'partial',
        createdMs: partial.key.createdMs,
        models: [],
        limits: { concurrent: 1 },
      },
    })
  })

  it('refuses a key from the moment it expires', () => {
    const clock = { ms: 1_000, nowMs: () => clock.ms, monotonicMs: () => clock.ms }
    const timed = openAccounts(join(folder, 'timed.db'), clock)
    const { key, secret } = timed.keys.create({ name: 'trial', expiresMs: 2_000 })
    clock.ms = 1_999
    expect(timed.keys.verify(secret).ok).toBe(true)
    clock.ms = 2_000
    expect(timed.keys.verify(secret)).toEqual({ ok: false, reason: 'expired' })
    timed.keys.revoke(key.id)
    expect(timed.keys.verify(secret)).toEqual({ ok: false, reason: 'revoked' })
    timed.close()
  })

  it('allows nothing where a list of models was broken by hand', () => {
    const { key } = accounts.keys.create({ name: 'shop', models: ['small'] })
    const database = new DatabaseSync(join(folder, 'accounts.db'))
    database.prepare('UPDATE keys SET models = ? WHERE id = ?').run('["small"', key.id)
    database.close()
    expect(accounts.keys.list()).toMatchObject([{ name: 'shop', models: [] }])
  })

  it('sees within a second what another process changed', async () => {
    const other = openAccounts(join(folder, 'accounts.db'), systemClock)
    const { key, secret } = other.keys.create({ name: 'shop' })
    await sleep(900)
    expect(accounts.keys.verify(secret).ok).toBe(true)
    other.keys.revoke(key.id)
    other.close()
    await sleep(900)
    expect(accounts.keys.verify(secret).ok).toBe(false)
  })
})
