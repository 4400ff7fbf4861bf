import { isDeepStrictEqual } from 'node:util'
import { type Clock, type Config, type ModelTarget, targetsOf } from '../../kernel/index.ts'
import { textField } from '../record-json.ts'
import { Breaker } from './breaker.ts'
import { FirstByteTimes } from './first-byte-times.ts'
import { RetryBudget } from './retry-budget.ts'
import type { Target } from './target.ts'
import { TargetHealth } from './target-health.ts'
import { createUpstream, sameSettings, type Upstream } from './upstream.ts'

type ModelSettings = Config['models'][string]

/** Where calls of one public model name go. */
export interface Route {
  readonly model: string
  /** Targets by priority; the first tier is called first. */
  readonly tiers: readonly (readonly Target[])[]
  readonly settings: ModelSettings
}

/** A configured provider with what is known of how it does. */
export interface RoutedProvider {
  readonly upstream: Upstream
  readonly settings: Config['providers'][string]
  readonly health: TargetHealth
  readonly retryBudget: RetryBudget
}

type RouterConfig = Pick<Config, 'models' | 'providers' | 'relay'>

/** Callers may send any name that a pattern takes: beyond this many the oldest is forgotten. */
const MOST_NAMED_BY_PATTERN = 1_000

/** Knows the public model names and who serves them. */
export class Router {
  readonly #config: RouterConfig
  readonly #clock: Clock
  readonly #providers = new Map<string, RoutedProvider>()
  readonly #targets = new Map<string, Target>()
  readonly #routes = new Map<string, Route>()
  /** Model names that end in `*`, longest first, without it. */
  readonly #patterns: readonly (readonly [prefix: string, settings: ModelSettings])[]
  readonly #byPattern = new Map<string, Route>()

  /** `previous` is the router of the configuration before: what did not change goes on. */
  constructor(config: RouterConfig, clock: Clock, previous?: Router) {
    this.#config = config
    this.#clock = clock
    for (const [name, settings] of Object.entries(config.providers)) {
      this.#providers.set(name, this.#provider(name, settings, previous))
    }
    for (const [model, settings] of Object.entries(config.models)) {
      if (!model.endsWith('*')) this.#routes.set(model, this.#route(model, settings, previous))
    }
    this.#patterns = Object.entries(config.models)
      .filter(([model]) => model.endsWith('*'))
      .map(([model, settings]) => [model.slice(0, -1), settings] as const)
      .sort(([one], [other]) => other.length - one.length)
  }

  find(model: string): Route | undefined {
    return this.#routes.get(model) ?? this.#byPattern.get(model) ?? this.#findByPattern(model)
  }

  /** Models that callers are told of. */
  get routes(): readonly Route[] {
    return [...this.#routes.values()]
  }

  get providers(): readonly RoutedProvider[] {
    return [...this.#providers.values()]
  }

  /** All targets that are configured or have been called. */
  get targets(): readonly Target[] {
    return [...this.#targets.values()]
  }

  /** Closes all connections; calls still under way fail. */
  async close(): Promise<void> {
    await Promise.all(this.providers.map(({ upstream }) => upstream.pool.destroy()))
  }

  /** Closes the connections that `next` has not taken over, once their calls have ended. */
  retire(next: Router): void {
    for (const { upstream } of this.providers) {
      if (next.#providers.get(upstream.name)?.upstream !== upstream) void upstream.pool.close()
    }
  }

  #provider(
    name: string,
    settings: Config['providers'][string],
    previous: Router | undefined,
  ): RoutedProvider {
    const { timeouts, retry } = this.#config.relay
    const known = previous === undefined ? undefined : previous.#providers.get(name)
    const unchanged =
      known !== undefined &&
      sameSettings(known.settings, settings) &&
      previous !== undefined &&
      previous.#config.relay.timeouts.connect_ms === timeouts.connect_ms
    return {
      upstream: unchanged
        ? known.upstream
        : createUpstream(name, settings, timeouts.connect_ms, this.#clock),
      settings,
      health: unchanged ? known.health : new TargetHealth(this.#clock),
      retryBudget: new RetryBudget(retry, this.#clock),
    }
  }

  #findByPattern(model: string): Route | undefined {
    const pattern = this.#patterns.find(([prefix]) => model.startsWith(prefix))
    if (pattern === undefined) return undefined
    const route = this.#route(model, pattern[1], undefined)
    if (this.#byPattern.size >= MOST_NAMED_BY_PATTERN) {
      this.#byPattern.delete(this.#byPattern.keys().next().value ?? '')
    }
    this.#byPattern.set(model, route)
    return route
  }

  #route(model: string, settings: ModelSettings, previous: Router | undefined): Route {
    const targets = targetsOf(settings).map((each) => this.#target(model, each, previous))
    const priorities = [...new Set(targets.map(({ priority }) => priority))]
    return {
      model,
      settings,
      tiers: priorities
        .sort((one, other) => one - other)
        .map((priority) => targets.filter((each) => each.priority === priority)),
    }
  }

  #target(publicModel: string, given: ModelTarget, previous: Router | undefined): Target {
    const model = given.model === '*' ? publicModel : given.model
    const name = `${given.provider}/${model}`
    const { upstream, health, retryBudget } = this.#providers.get(given.provider)!
    const known = this.#targets.get(name)
    const before = previous === undefined ? undefined : previous.#targets.get(name)
    const same = before?.upstream === upstream && this.#sameBreaker(previous) ? before : undefined
    const target: Target = {
      name,
      upstream,
      model,
      weight: given.weight,
      priority: given.priority,
      // one target may serve several models: what is known of it is known to all of them
      breaker: (known ?? same)?.breaker ?? new Breaker(this.#config.relay.breaker, this.#clock),
      firstByteTimes: (known ?? same)?.firstByteTimes ?? new FirstByteTimes(this.#clock),
      health,
      retryBudget,
      priceNames: { providers: [upstream.name, upstream.kind], models: [model, publicModel] },
      recordFields: textField('provider', upstream.name) + textField('target', name),
    }
    if (known === undefined) this.#keepTarget(name, target)
    return target
  }

  #sameBreaker(previous: Router | undefined): boolean {
    return (
      previous !== undefined &&
      isDeepStrictEqual(previous.#config.relay.breaker, this.#config.relay.breaker)
    )
  }

  #keepTarget(name: string, target: Target): void {
    if (this.#targets.size >= MOST_NAMED_BY_PATTERN * 2) {
      this.#targets.delete(this.#targets.keys().next().value ?? '')
    }
    this.#targets.set(name, target)
  }
}
