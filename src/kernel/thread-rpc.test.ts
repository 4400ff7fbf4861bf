import { Worker } from 'node:worker_threads'
import { afterEach, expect, it } from 'vitest'
import { AppError } from './errors.ts'
import { remoteThread } from './thread-rpc.ts'

interface Service {
  double(value: number): number
  fail(code: boolean): void
  die(): void
}

const CODE = `
import { parentPort } from 'node:worker_threads'
import { AppError, serveThread } from '${new URL('./index.ts', import.meta.url).href}'
serveThread(parentPort, {
  factor: 2,
  async double(value) { return value * this.factor },
  fail(code) { throw code ? new AppError('JOURNAL_FULL', { bytes: 5 }) : new Error('plain') },
  die() { process.exit(3) },
})`

const workers: Worker[] = []
function start() {
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(CODE)}`))
  workers.push(worker)
  return remoteThread<Service>(worker)
}
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.terminate()))
})

it('answers each call with its own result', async () => {
  const service = start()
  const values = await Promise.all([1, 2, 3].map((value) => service.double(value)))
  expect(values).toEqual([2, 4, 6])
})

it("keeps a catalogue error's code across the thread", async () => {
  const error: unknown = await start()
    .fail(true)
    .catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(AppError)
  expect(error).toMatchObject({ code: 'JOURNAL_FULL', details: { bytes: 5 } })
  await expect(start().fail(false)).rejects.toThrow('plain')
})

it('rejects what is waiting when the thread dies', async () => {
  await expect(start().die()).rejects.toThrow('thread ended with code 3')
})
