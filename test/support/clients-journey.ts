import { afterAll, beforeAll, describe, it } from 'vitest'
import { ADMIN_STEPS } from './clients-admin-steps.ts'
import { DOCUMENT_STEPS } from './clients-document-steps.ts'
import { LOG_STEPS } from './clients-log-steps.ts'
import { type ClientName, type NodeClient, nodeClient } from './clients-node.ts'
import { SEARCH_STEPS } from './clients-search-steps.ts'
import type { JourneyServer } from './clients-server.ts'
import type { JourneyStep } from './clients-step.ts'

const STEPS: readonly JourneyStep[] = [
  ...DOCUMENT_STEPS,
  ...SEARCH_STEPS,
  ...ADMIN_STEPS,
  ...LOG_STEPS,
]

/** Has a client do everything that the product and its users do with a search server. */
export function clientJourney(
  name: ClientName,
  startServer: () => Promise<JourneyServer>,
  startLimitMs = 60_000,
): void {
  describe(`the client ${name}`, () => {
    let server: JourneyServer
    let client: NodeClient

    beforeAll(async () => {
      server = await startServer()
      client = nodeClient(name, server.url)
    }, startLimitMs)
    afterAll(async () => {
      await client.close()
      await server.close()
    })

    for (const { title, needs = [], only, run } of STEPS) {
      if (only !== undefined && !only.includes(name)) continue
      it(title, async ({ skip }) => {
        const missing = needs.find((feature) => server.lacks.includes(feature))
        if (missing !== undefined) skip(`this server has no ${missing}`)
        await run(client, server)
      })
    }
  })
}
