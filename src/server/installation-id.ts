import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const FORM = /^[A-Za-z0-9_-]{22}$/

/** Returns the identity of a data folder, 22 URL-safe characters, made at its first use. */
export function installationId(data: string): string {
  const file = join(data, 'id')
  try {
    const id = readFileSync(file, 'utf8').trim()
    if (FORM.test(id)) return id
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const id = randomBytes(16).toString('base64url')
  writeFileSync(file, `${id}\n`)
  return id
}
