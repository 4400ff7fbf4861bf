import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
