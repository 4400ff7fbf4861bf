import type { Feature } from './clients-step.ts'
import { startOwnSearch } from './own-search.ts'
import { type EngineName, startEngine } from './search-engine.ts'

/** What a journey goes to. */
export interface JourneyServer {
  readonly url: string
  readonly lacks: readonly Feature[]
  close(): Promise<void>
}

/** What the real engines lack. */
const ENGINE_LACKS: Readonly<Record<EngineName, readonly Feature[]>> = {
  opensearch: ['elasticsearch clients', 'product', 'async search', 'lifecycle', 'log indices'],
  elasticsearch: [
    'opensearch clients',
    'product',
    'async search',
    'by query',
    'data streams',
    'lifecycle',
    'log indices',
  ],
}

/**
 * Starts the server of a journey: the product's own, or the real engine that the environment
 * names in CLIENTS_ENGINE, to see whether the journey asks for what is so.
 */
export async function startJourneyServer(): Promise<JourneyServer> {
  const { CLIENTS_ENGINE: named } = process.env
  if (named !== 'opensearch' && named !== 'elasticsearch') {
    return { ...(await startOwnSearch()), lacks: [] }
  }
  const engine = await startEngine(named)
  return { url: engine.url, lacks: ENGINE_LACKS[named], close: () => engine.remove() }
}
