import { writeSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { DocumentWrite } from '../../src/store/index.ts'
import { openTestStore } from './store-fixture.ts'

/**
 * Writes documents until it is killed and says after each call what was acknowledged: one line of
 * JSON per document, `[index/id, kind, version, seqNo, n]`.
 */
const { values } = parseArgs({ options: { data: { type: 'string' }, from: { type: 'string' } } })

const INDICES = ['docs-a', 'docs-b']
const KEPT_IDS = 20
const BATCH = 25

let written = Number(values.from)

function nextOperation(): DocumentWrite {
  const n = written++
  const index = INDICES[n % INDICES.length]!
  const source = JSON.stringify({ n, text: `word${n}` })
  // every other document is a new one; the others replace, update and delete the same few
  if (n % 4 < 2) return { action: 'create', index, id: `new-${n}`, source }
  const id = `kept-${n % KEPT_IDS}`
  if (n % 7 === 0) return { action: 'delete', index, id }
  if (n % 5 === 0) {
    return { action: 'update', index, id, source: `{"doc":${source},"doc_as_upsert":true}` }
  }
  return { action: 'index', index, id, source }
}

const store = await openTestStore(values.data ?? '')
for (const index of INDICES) await store.documents.createIndex(index, {})
writeSync(1, 'open\n')
for (;;) {
  const from = written
  const operations = Array.from({ length: BATCH }, nextOperation)
  const outcomes = await store.documents.write(operations)
  const lines = outcomes.map((outcome, place) => {
    if (outcome.kind === 'failed') throw new Error(JSON.stringify(outcome.failure))
    const { index, id, kind, version, seqNo } = outcome
    return JSON.stringify([`${index}/${id}`, kind, version, seqNo, from + place])
  })
  writeSync(1, `${lines.join('\n')}\n`)
}
