import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type FolderLock, lockFolder } from './folder-lock.ts'

let folder: string
let lock: FolderLock | undefined

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'lock-')), 'data')
})

afterEach(() => {
  lock?.release()
  rmSync(folder, { recursive: true })
})

it('lets one in at a time, and tells the second who holds the folder', () => {
  lock = lockFolder(folder, 'DATA_FOLDER_IN_USE')
  expect(() => lockFolder(folder, 'DATA_FOLDER_IN_USE')).toThrowError(
    expect.objectContaining({
      code: 'DATA_FOLDER_IN_USE',
      details: { folder, pid: process.pid },
    }),
  )
  lock.release()
  lock.release()
  lock = lockFolder(folder, 'DATA_FOLDER_IN_USE')
})

it('refuses also when the name of the holder is lost', () => {
  lock = lockFolder(folder, 'JOURNAL_IN_USE')
  writeFileSync(join(folder, 'lock.pid'), 'noise')
  expect(() => lockFolder(folder, 'JOURNAL_IN_USE')).toThrowError(
    expect.objectContaining({ code: 'JOURNAL_IN_USE', details: { folder } }),
  )
})

it('holds against another process, until that one is killed', async () => {
  const module = new URL('./folder-lock.ts', import.meta.url).href
  const program = `
    const { lockFolder } = await import(${JSON.stringify(module)})
    lockFolder(${JSON.stringify(folder)}, 'JOURNAL_IN_USE')
    globalThis.gc?.()
    console.log('held')
    setInterval(() => globalThis.gc?.(), 10)
  `
  const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  expect(() => lockFolder(folder, 'JOURNAL_IN_USE')).toThrowError(
    expect.objectContaining({ details: { folder, pid: child.pid } }),
  )
  child.kill('SIGKILL')
  await once(child, 'close')
  lock = lockFolder(folder, 'JOURNAL_IN_USE')
})
