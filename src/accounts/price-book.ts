import { readFileSync } from 'node:fs'
import { calcPrice } from '@pydantic/genai-prices'
import type { Clock, Config } from '../kernel/index.ts'
import type { TokenUsage } from './token-usage.ts'
import { costNanoUsd, flatPrice, tieredPrice, type UnitPrices } from './unit-prices.ts'

/** Prices of all models: the operator's own first, then the built-in book. */
export interface PriceBook {
  /** Names the book a record was priced with. */
  readonly version: string
  /**
   * Cost in whole nano-USD, or undefined when the model has no price. Without a provider the
   * model's name decides whose price it is.
   */
  costNanoUsd(provider: string | undefined, model: string, usage: TokenUsage): number | undefined
  /**
   * The same for a call that is known by several names, the most exact first: the operator's
   * price of any of them comes before the built-in ones.
   */
  costOfCall(names: CallNames, usage: TokenUsage): number | undefined
}

/** By what names a call's price may be found. */
export interface CallNames {
  /** The provider's name in the configuration, its kind. */
  readonly providers: readonly string[]
  /** The model's name at the provider, its public name, what the answer calls it. */
  readonly models: readonly string[]
}

/** The library's look-up takes 56 us and some prices change by the hour: look up once a minute. */
const LOOKUP_LIFETIME_MS = 60_000

/** A caller may send any model name; beyond this many the oldest look-up is forgotten. */
const LOOKUPS_KEPT = 1_000

interface Lookup {
  readonly prices: UnitPrices | undefined
  readonly untilMs: number
}

/** Opens the price book over the operator's `prices` of the configuration. */
export function createPriceBook(overrides: Config['prices'], clock: Clock): PriceBook {
  const lookups = new Map<string, Lookup>()

  function find({ providers, models }: CallNames): UnitPrices | undefined {
    const name = `${providers.join()}/${models.join()}`
    const nowMs = clock.nowMs()
    const known = lookups.get(name)
    if (known !== undefined && known.untilMs > nowMs) return known.prices
    const prices =
      firstOf(models, (model) => fromOverrides(overrides, model)) ??
      firstOf(models, (model) => firstOf(providers, (provider) => fromBook(provider, model, nowMs)))
    lookups.delete(name)
    lookups.set(name, { prices, untilMs: nowMs + LOOKUP_LIFETIME_MS })
    if (lookups.size > LOOKUPS_KEPT) lookups.delete(lookups.keys().next().value ?? '')
    return prices
  }

  return {
    version: bookVersion(overrides),
    costNanoUsd(provider, model, usage) {
      const prices = find({ providers: [provider ?? ''], models: [model] })
      return prices && costNanoUsd(prices, usage)
    },
    costOfCall(names, usage) {
      const prices = find(names)
      return prices && costNanoUsd(prices, usage)
    },
  }
}

function firstOf<T>(
  names: readonly string[],
  find: (name: string) => T | undefined,
): T | undefined {
  for (const name of names) {
    const found = find(name)
    if (found !== undefined) return found
  }
  return undefined
}

function bookVersion(overrides: Config['prices']): string {
  const file = new URL('../package.json', import.meta.resolve('@pydantic/genai-prices'))
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
  return Object.keys(overrides).length === 0 ? `genai-prices-${version}` : `own+${version}`
}

function fromOverrides(overrides: Config['prices'], model: string): UnitPrices | undefined {
  const own = Object.hasOwn(overrides, model) ? overrides[model] : undefined
  if (own === undefined) return undefined
  const input = flatPrice(own.input_usd_per_million)
  const output = flatPrice(own.output_usd_per_million)
  const write = own.cache_write_usd_per_million ?? own.input_usd_per_million
  return {
    input,
    cacheRead: flatPrice(own.cached_input_usd_per_million ?? own.input_usd_per_million),
    cacheWrite5m: flatPrice(write),
    cacheWrite1h: flatPrice(own.cache_write_1h_usd_per_million ?? write),
    audioInput: input,
    output,
    audioOutput: output,
  }
}

function fromBook(provider: string, model: string, nowMs: number): UnitPrices | undefined {
  const found = calcPrice({ input_tokens: 0 }, model, {
    ...(provider !== '' && { providerId: provider }),
    timestamp: new Date(nowMs),
  })
  if (found === null) return undefined
  const price = (...keys: readonly string[]) => {
    const value = keys.map((key) => found.model_price[key]).find((each) => each !== undefined)
    if (value === undefined) return flatPrice(0)
    return typeof value === 'number' ? flatPrice(value) : tieredPrice(value.base, value.tiers)
  }
  return {
    input: price('input_mtok'),
    cacheRead: price('cache_read_mtok', 'input_mtok'),
    cacheWrite5m: price('cache_write_mtok', 'input_mtok'),
    cacheWrite1h: price('cache_write_1h_mtok', 'cache_write_mtok', 'input_mtok'),
    audioInput: price('input_audio_mtok', 'input_mtok'),
    output: price('output_mtok'),
    audioOutput: price('output_audio_mtok', 'output_mtok'),
  }
}
