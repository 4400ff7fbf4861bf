import type { ClientName, NodeClient } from './clients-node.ts'
import type { JourneyServer } from './clients-server.ts'

/** What one or the other real engine does not have, in the builds that tests can start. */
export type Feature =
  | 'product'
  | 'async search'
  | 'by query'
  | 'data streams'
  | 'lifecycle'
  | 'log indices'
  | 'elasticsearch clients'
  | 'opensearch clients'

/** One thing that users do with a client; leaves alone what other steps use. */
export interface JourneyStep {
  readonly title: string
  readonly needs?: readonly Feature[]
  /** The clients that have the methods; all of them when it is missing. */
  readonly only?: readonly ClientName[]
  run(client: NodeClient, server: JourneyServer): Promise<void>
}
