import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Outcome } from '../record/index.ts'
import type { CallEnd, CallTimes, LastAttempt } from './call-end.ts'
import type { Route } from './routing/router.ts'
import type { Target } from './routing/target.ts'
import { promptTokens } from './usage/token-sums.ts'

const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300]
const OVERHEAD_SECONDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1]

/** Stands in for models and providers of refused calls: callers can send any name. */
const NONE = 'none'

/** Stands in for further models when there are too many. */
const OTHER = 'other'
const MOST_MODELS = 500

interface RouteMeters {
  readonly model: string
  readonly provider: string
  readonly calls: Map<Outcome, { inc(): void }>
  readonly latency: { observe(seconds: number): void }
  readonly overhead: { observe(seconds: number): void }
  readonly firstByte: { observe(seconds: number): void }
  readonly inputTokens: { inc(tokens: number): void }
  readonly outputTokens: { inc(tokens: number): void }
  readonly cost: { inc(usd: number): void }
}

/** What the relay shows at `/metrics`. The labels of a route are resolved once, not per call. */
export class RelayMetrics {
  readonly registry = new Registry()
  readonly #meters = new WeakMap<Target, RouteMeters>()
  readonly #models = new Set<string>()
  readonly #refused: RouteMeters

  readonly #calls = this.#counter('calls_total', 'calls by how they ended', [
    'model',
    'provider',
    'outcome',
  ])
  readonly #latency = this.#histogram('latency_seconds', 'admission to last byte', SECONDS)
  readonly #overhead = this.#histogram(
    'overhead_seconds',
    'own share of the latency before the provider is called',
    OVERHEAD_SECONDS,
  )
  readonly #firstByte = this.#histogram('first_byte_seconds', 'admission to first byte', SECONDS)
  readonly #tokens = this.#counter('tokens_total', 'tokens', ['model', 'provider', 'direction'])
  readonly #cost = this.#counter('cost_usd_total', 'cost of calls in USD', ['model', 'provider'])
  readonly #unrecorded = this.#counter(
    'unrecorded_refusals_total',
    'calls without a valid key that were refused but not recorded, to bound the journal',
    [],
  )

  constructor(gauges: {
    readonly inFlight: () => number
    readonly journalState: () => string
    readonly journalBytes: () => number
  }) {
    collectDefaultMetrics({ register: this.registry, prefix: 'bellwether_relay_' })
    this.#refused = this.#createMeters(NONE, NONE)
    this.#gauge('in_flight_calls', 'calls under way', gauges.inFlight)
    this.#gauge('journal_ok', '1 while the journal is written to disk as it should be', () =>
      gauges.journalState() === 'ok' ? 1 : 0,
    )
    this.#gauge('journal_bytes', 'size of the journal', gauges.journalBytes)
  }

  callClosed(
    route: Route | undefined,
    { target, times }: LastAttempt,
    { outcome, facts }: CallEnd,
    { admittedMs, bodyReadMs, dispatchedMs }: CallTimes,
    endMs: number,
    costNanoUsd: number | undefined,
  ): void {
    const meters = this.#metersOf(route, target)
    const firstByteMs = times?.firstByteMs
    this.#count(meters, outcome)
    meters.latency.observe((endMs - admittedMs) / 1000)
    if (dispatchedMs !== undefined && bodyReadMs !== undefined) {
      meters.overhead.observe((dispatchedMs - bodyReadMs) / 1000)
    }
    if (firstByteMs !== undefined) meters.firstByte.observe((firstByteMs - admittedMs) / 1000)
    if (facts?.usage !== undefined) {
      meters.inputTokens.inc(promptTokens(facts.usage))
      meters.outputTokens.inc(facts.usage.output_tokens ?? 0)
    }
    if (costNanoUsd !== undefined) meters.cost.inc(costNanoUsd / 1e9)
  }

  /** A call was turned away because the journal did not take its admission. */
  callUnopened(route: Route): void {
    this.#count(this.#metersOf(route, route.tiers[0]?.[0]), 'relay_error')
  }

  refusalUnrecorded(): void {
    this.#count(this.#refused, 'refused_auth')
    this.#unrecorded.inc()
  }

  #count(meters: RouteMeters, outcome: Outcome): void {
    let counter = meters.calls.get(outcome)
    if (counter === undefined) {
      counter = this.#calls.labels(meters.model, meters.provider, outcome)
      meters.calls.set(outcome, counter)
    }
    counter.inc()
  }

  #metersOf(route: Route | undefined, target: Target | undefined): RouteMeters {
    if (route === undefined || target === undefined) return this.#refused
    const known = this.#meters.get(target)
    if (known !== undefined) return known
    const meters = this.#createMeters(this.#label(route.model), target.upstream.name)
    this.#meters.set(target, meters)
    return meters
  }

  /** Callers may send any name that a pattern takes: only so many get a label of their own. */
  #label(model: string): string {
    if (this.#models.size >= MOST_MODELS && !this.#models.has(model)) return OTHER
    this.#models.add(model)
    return model
  }

  #createMeters(model: string, provider: string): RouteMeters {
    return {
      model,
      provider,
      calls: new Map(),
      latency: this.#latency.labels(model, provider),
      overhead: this.#overhead.labels(model, provider),
      firstByte: this.#firstByte.labels(model, provider),
      inputTokens: this.#tokens.labels(model, provider, 'input'),
      outputTokens: this.#tokens.labels(model, provider, 'output'),
      cost: this.#cost.labels(model, provider),
    }
  }

  #counter<Label extends string>(name: string, help: string, labelNames: readonly Label[]) {
    return new Counter({
      name: `bellwether_relay_${name}`,
      help,
      labelNames: [...labelNames],
      registers: [this.registry],
    })
  }

  #histogram(name: string, help: string, buckets: readonly number[]) {
    return new Histogram({
      name: `bellwether_relay_${name}`,
      help,
      labelNames: ['model', 'provider'] as const,
      buckets: [...buckets],
      registers: [this.registry],
    })
  }

  #gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name: `bellwether_relay_${name}`,
      help,
      registers: [this.registry],
      collect() {
        this.set(read())
      },
    })
  }
}
