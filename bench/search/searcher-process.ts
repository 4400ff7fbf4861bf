import { setTimeout as sleep } from 'node:timers/promises'
import { ask, CALLS } from './elastic-http.ts'
import { HEAVY_BODIES } from './queries.ts'
import type { Searched, SearcherTask } from './searchers.ts'
import { UntilEnded } from './until-ended.ts'

// Keeps a search engine busy with heavy searches until it is asked to end, then prints what it
// did. The answers' text is not read as JSON: that would be this process's work, not the engine's.

/** Whoever was turned away comes back after a while. */
const PAUSE_MS = 100

const { url, parallel, mostSeconds } = JSON.parse(process.argv[2] ?? '') as SearcherTask
const until = new UntilEnded(mostSeconds)
const bodies = HEAVY_BODIES.map((body) => JSON.stringify(body))
let answered = 0
let shed = 0
let failed = 0
process.stdout.write('ready\n')

await Promise.all(Array.from({ length: parallel }, (_, place) => keepSearching(place)))
const searched: Searched = { answered, shed, failed }
process.stdout.write(`${JSON.stringify(searched)}\n`, () => process.exit(0))

async function keepSearching(place: number): Promise<void> {
  for (let turn = place; !until.ended; turn++) {
    const status = await statusOf(bodies[turn % bodies.length] ?? '')
    if (status === 200) answered++
    else {
      if (status === 429) shed++
      else failed++
      await sleep(PAUSE_MS)
    }
  }
}

async function statusOf(body: string): Promise<number> {
  try {
    return (await ask(`${url}/${CALLS}/_search`, { method: 'POST', body })).status
  } catch {
    return 0
  }
}
