import { setTimeout as sleep } from 'node:timers/promises'
import { bulkBody } from './bulk.ts'
import { Documents } from './documents.ts'
import { ask } from './elastic-http.ts'
import { UntilEnded } from './until-ended.ts'
import type { WriterTask, Written } from './writer.ts'

// Writes records of now at a fixed rate until it is asked to end, then prints what it did.

/** Between two requests. */
const EVERY_MS = 200

const { urls, perSecond, sizes, first, mostSeconds } = JSON.parse(
  process.argv[2] ?? '',
) as WriterTask
const documents = new Documents(sizes)
const until = new UntilEnded(mostSeconds)
const startMs = performance.now()
let records = 0
let failed = 0
let slowestMs = 0
process.stdout.write('ready\n')

while (!until.ended) {
  const due = Math.floor(((performance.now() - startMs) / 1000) * perSecond)
  // after a stall at most a second's records at once: those in between are not made up for
  const count = Math.min(due - records - failed, perSecond)
  if (count > 0) await write(count)
  await sleep(EVERY_MS - ((performance.now() - startMs) % EVERY_MS))
}
const seconds = (performance.now() - startMs) / 1000
const written: Written = { records, perSecond: records / seconds, slowestMs, failed }
process.stdout.write(`${JSON.stringify(written)}\n`, () => process.exit(0))

async function write(count: number): Promise<void> {
  const nowMs = Date.now()
  const next = first + records + failed
  const numbers = Array.from({ length: count }, (_, place) => [next + place, nowMs] as const)
  const body = bulkBody(documents, numbers)
  const answers = await Promise.all(urls.map((url) => send(url, body)))
  slowestMs = Math.max(slowestMs, ...answers.map(({ ms }) => ms))
  if (answers.every(({ ok }) => ok)) records += count
  else failed += count
}

async function send(
  url: string,
  body: string,
): Promise<{ readonly ok: boolean; readonly ms: number }> {
  const path = `${url}/_bulk?filter_path=errors`
  try {
    const { status, text, ms } = await ask(path, {
      method: 'POST',
      body,
      type: 'application/x-ndjson',
    })
    return { ok: status === 200 && text.includes('false'), ms }
  } catch {
    return { ok: false, ms: 0 }
  }
}
