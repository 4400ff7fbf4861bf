import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Accounts, openAccounts } from '../accounts/index.ts'
import type { Clock } from '../kernel/index.ts'

/** Opens the accounts of a data folder, which is made when it does not exist. */
export function openDataAccounts(data: string, clock: Clock): Accounts {
  mkdirSync(data, { recursive: true, mode: 0o700 })
  return openAccounts(join(data, 'accounts.db'), clock)
}
