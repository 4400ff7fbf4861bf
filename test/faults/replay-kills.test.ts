import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { type Bellwether, startBellwether, stopAllBellwethers } from '../support/bellwether.ts'
import { search } from '../support/search.ts'

const DATA = fileURLToPath(new URL('../../../shared/data/', import.meta.url))
const CALLS = 28_185
const LOG_KILLS = 10
const RELAY_KILLS = 3

/** One hour of traffic in two minutes: longer than all the kills take on a fast machine. */
const SPEED = 30

afterAll(stopAllBellwethers)

it.skipIf(!existsSync(DATA))(
  'accounts for each of 28,185 real calls while the log process is killed ten times and the relay three times',
  async () => {
    const server = await startBellwether()
    const replaying = server.run(
      ...['replay', '--json', '--speed', String(SPEED), '--errors', '0.02', '--concurrency', '200'],
      ...[
        '--trace',
        `${DATA}azure-llm-trace-2023-conv.csv`,
        `${DATA}azure-llm-trace-2023-code.csv`,
      ],
      ...['--texts', `${DATA}xquad.en.json`, `${DATA}xquad.vi.json`, `${DATA}xquad.zh.json`],
      `${DATA}gsm8k-test.jsonl`,
    )
    let ended = false
    void replaying.then(() => {
      ended = true
    })
    await kill(server)
    expect(ended, 'the replay was over before all kills').toBe(false)
    const { code, stdout, stderr } = await replaying

    const answer = JSON.parse(stdout)
    expect(answer.differences).toEqual([])
    expect(answer).toMatchObject({ calls: CALLS, exact: true })
    expect(code).toBe(0)
    expect(stderr).toContain(`${CALLS} of ${CALLS} calls`)

    const { hits } = await search(server.search, {
      size: 0,
      query: {
        bool: { filter: [{ term: { release: answer.run } }, { term: { outcome: 'lost' } }] },
      },
    })
    const lost = hits.total.value
    expect(lost).toBe(answer.unanswered['recorded as lost'] ?? 0)
    // with so many calls at once a kill hits some that are under way
    expect(lost).toBeGreaterThan(0)
  },
)

/** Kills the log process ten times and the relay three times, spread over the replay. */
async function kill(server: Bellwether): Promise<void> {
  await sleep(5_000)
  for (let round = 1; round <= LOG_KILLS; round++) {
    await server.restart('log', 'SIGKILL')
    if (round % Math.floor(LOG_KILLS / RELAY_KILLS) === 0) {
      await sleep(1_000)
      await server.restart('relay', 'SIGKILL')
    }
    await sleep(3_000)
  }
}
