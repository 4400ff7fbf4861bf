import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import {
  type Instance,
  readInstance,
  removeInstance,
  runningInstance,
  writeInstance,
} from './instance.ts'

const instance: Instance = {
  version: '0.1.0',
  pid: process.pid,
  startedMs: 1,
  simulated: true,
  relay: 'http://127.0.0.1:1',
  console: 'http://127.0.0.1:2',
  search: 'http://127.0.0.1:3',
  models: ['gpt-4o'],
  processes: { relay: 7 },
}

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bellwether-instance-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

it('is read back as it was written, by its owner alone', () => {
  writeInstance(folder, instance)
  expect(readInstance(folder)).toEqual(instance)
  expect(statSync(join(folder, 'instance.json')).mode & 0o777).toBe(0o600)
})

it('leaves nothing behind when it is removed, also twice', () => {
  writeInstance(folder, instance)
  removeInstance(folder)
  removeInstance(folder)
  expect(readdirSync(folder)).toEqual([])
  expect(readInstance(folder)).toBeUndefined()
})

it('is not taken for a running server when its process is gone', () => {
  expect(() => runningInstance(folder)).toThrow('no server runs')
  writeInstance(folder, { ...instance, pid: 2 ** 22 + 1 })
  expect(() => runningInstance(folder)).toThrow('no server runs')
  writeInstance(folder, instance)
  expect(runningInstance(folder)).toEqual(instance)
})
