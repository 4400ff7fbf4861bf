import { openLoop, type Quantiles, quantiles } from '../relay/load.ts'
import { CHAT_MODEL, chatBody } from '../relay/subject.ts'
import type { Sizes } from './documents.ts'
import type { Product } from './product.ts'
import { type Searched, Searchers } from './searchers.ts'
import { Writer } from './writer.ts'

const PER_SECOND = 200
const BODY_BYTES = 1024
const WARM_UP_MS = 3_000

/** What else goes on while calls pass through the relay. */
const STATES = ['nothing else', 'records come in', 'records come in and heavy searches'] as const
export type State = (typeof STATES)[number]

/** What the relay added to the latency of calls in one state, milliseconds. */
export interface RelayState {
  readonly state: State
  readonly relay: Quantiles
  /** The same calls sent to the provider itself. */
  readonly direct: Quantiles
  readonly sent: number
  readonly searched: Searched | undefined
}

/** How long each state is measured: so many rounds, so that no state has the quietest minute. */
export interface RelayRounds {
  readonly count: number
  /** Of calls through the relay in one state of one round, and of as many without it. */
  readonly ms: number
}

interface Latencies {
  readonly relay: number[]
  readonly direct: number[]
  searched: Searched | undefined
}

/** Measures calls through the relay while its log process is idle, written to and searched. */
export async function measureRelay(
  product: Product,
  sizes: Sizes,
  first: number,
  { count, ms }: RelayRounds,
): Promise<RelayState[]> {
  const body = chatBody(CHAT_MODEL, BODY_BYTES, false)
  const { key, relayPort, providerPort } = product
  const through = (port: number, forMs: number) => openLoop({ port, key }, body, PER_SECOND, forMs)
  const runs = STATES.map((state) => ({ state, latencies: none() }))
  await through(relayPort, WARM_UP_MS)
  for (let round = 0; round < count; round++) {
    for (const { state, latencies } of runs) {
      const end = await begin(state, product, sizes, first + round * 1e6)
      await through(relayPort, WARM_UP_MS / 3)
      latencies.relay.push(...(await through(relayPort, ms)))
      latencies.direct.push(...(await through(providerPort, ms)))
      latencies.searched = sum(latencies.searched, await end())
    }
  }
  return runs.map(({ state, latencies: { relay, direct, searched } }) => ({
    state,
    relay: quantiles(relay),
    direct: quantiles(direct),
    sent: Math.floor((count * PER_SECOND * ms) / 1000),
    searched,
  }))
}

function none(): Latencies {
  return { relay: [], direct: [], searched: undefined }
}

/** Begins what goes on in a state; returns what ends it. */
async function begin(
  state: State,
  { searchUrl }: Product,
  sizes: Sizes,
  first: number,
): Promise<() => Promise<Searched | undefined>> {
  if (state === 'nothing else') return () => Promise.resolve(undefined)
  const writer = await Writer.start([searchUrl], sizes, first)
  const searchers = state === 'records come in' ? undefined : await Searchers.start(searchUrl)
  return async () => {
    await writer.stop()
    return searchers?.stop()
  }
}

function sum(one: Searched | undefined, other: Searched | undefined): Searched | undefined {
  if (one === undefined || other === undefined) return other ?? one
  return {
    answered: one.answered + other.answered,
    shed: one.shed + other.shed,
    failed: one.failed + other.failed,
  }
}
