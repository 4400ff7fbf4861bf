import type { TokenUsage } from './token-usage.ts'

/** Price of one token in pico-USD (10^-12 USD, a whole number), above `start` input tokens. */
interface Step {
  readonly start: number
  readonly picoUsd: number
}

/** Steps of one bucket, ascending; the first starts at 0. */
type Steps = readonly Step[]

/** Unit prices of one model, for every bucket. */
export interface UnitPrices {
  readonly input: Steps
  readonly cacheRead: Steps
  readonly cacheWrite5m: Steps
  readonly cacheWrite1h: Steps
  readonly audioInput: Steps
  readonly output: Steps
  readonly audioOutput: Steps
}

const PICO_USD_PER_TOKEN_OF_USD_PER_MILLION = 1_000_000
const PICO_PER_NANO = 1_000

/** Makes the steps of one flat price in USD per million tokens. */
export function flatPrice(usdPerMillion: number): Steps {
  return [{ start: 0, picoUsd: toPicoUsd(usdPerMillion) }]
}

/** Makes the steps of a price that rises with the size of the prompt. */
export function tieredPrice(
  base: number,
  tiers: readonly { readonly start: number; readonly price: number }[],
): Steps {
  const steps = tiers.map(({ start, price }) => ({ start, picoUsd: toPicoUsd(price) }))
  return [{ start: 0, picoUsd: toPicoUsd(base) }, ...steps].sort((a, b) => a.start - b.start)
}

function toPicoUsd(usdPerMillion: number): number {
  return Math.round(usdPerMillion * PICO_USD_PER_TOKEN_OF_USD_PER_MILLION)
}

function priceAt(steps: Steps, inputTokens: number): number {
  let picoUsd = 0
  for (let place = 0; place < steps.length; place++) {
    const step = steps[place]!
    if (step.start === 0 || inputTokens > step.start) picoUsd = step.picoUsd
  }
  return picoUsd
}

/**
 * Prices one call in whole nano-USD, rounded half up once at the end. A tier applies to the whole
 * call when its prompt, cached tokens included, is longer than the tier's start.
 */
export function costNanoUsd(prices: UnitPrices, usage: TokenUsage): number {
  const input = usage.input_tokens ?? 0
  const cacheRead = usage.cache_read_tokens ?? 0
  const cacheWrite5m = usage.cache_write_5m_tokens ?? 0
  const cacheWrite1h = usage.cache_write_1h_tokens ?? 0
  const audioInput = usage.audio_input_tokens ?? 0
  const audioOutput = usage.audio_output_tokens ?? 0
  const textOutput = (usage.output_tokens ?? 0) - audioOutput
  const prompt = input + cacheRead + cacheWrite5m + cacheWrite1h + audioInput
  // written out: a table of the lines would cost each call 2 KB of garbage
  const picoUsd =
    priceAt(prices.input, prompt) * input +
    priceAt(prices.cacheRead, prompt) * cacheRead +
    priceAt(prices.cacheWrite5m, prompt) * cacheWrite5m +
    priceAt(prices.cacheWrite1h, prompt) * cacheWrite1h +
    priceAt(prices.audioInput, prompt) * audioInput +
    priceAt(prices.output, prompt) * textOutput +
    priceAt(prices.audioOutput, prompt) * audioOutput
  return Math.round(picoUsd / PICO_PER_NANO)
}
