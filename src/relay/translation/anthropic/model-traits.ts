/** What a model takes; the differences are such that a wrong guess is a refused request. */
export interface ModelTraits {
  /**
   * How thinking is asked for: by a number of tokens, or left to the model and steered by
   * `effort`; `always` is the latter without a way to turn it off.
   */
  readonly thinking: 'none' | 'budget' | 'adaptive' | 'always'
  /** Whether `effort` goes up to `xhigh`. */
  readonly takesXhigh: boolean
  /** Whether `temperature`, `top_p` and `top_k` are taken at all. */
  readonly takesSampling: boolean
  /** Whether `temperature` and `top_p` are taken together. */
  readonly takesBothSamplings: boolean
  /** Whether the model can be made to call a tool. */
  readonly takesForcedTools: boolean
  /** `max_tokens`, which the protocol demands, where the caller sets none; thinking comes on top. */
  readonly defaultMaxTokens: number
  /** Most `max_tokens` that the model takes. */
  readonly mostTokens: number
}

/** Models that are not Claude, behind the same protocol, take what the early ones took. */
const COMPATIBLE: ModelTraits = {
  thinking: 'budget',
  takesXhigh: false,
  takesSampling: true,
  takesBothSamplings: true,
  takesForcedTools: true,
  defaultMaxTokens: 8192,
  mostTokens: 64_000,
}

const NEWEST: ModelTraits = {
  thinking: 'adaptive',
  takesXhigh: true,
  takesSampling: false,
  takesBothSamplings: false,
  takesForcedTools: true,
  defaultMaxTokens: 8192,
  mostTokens: 128_000,
}

/** `claude-opus-4-5-20251101`, `claude-sonnet-4@20250514`, `claude-sonnet-4.5`. */
const FAMILY_FIRST = /claude-([a-z]+)-(\d{1,2})(?:[-.](\d{1,2}))?(?!\d)/
/** `claude-3-7-sonnet-20250219`, `claude-3.5-haiku`, `claude-3-opus`. */
const VERSION_FIRST = /claude-(?:v?(\d)|instant)(?:[-.](\d))?(?!\d)/

/** Tells by its name what a model takes; an unknown Claude is taken for a new one. */
export function traitsOf(model: string): ModelTraits {
  const name = model.toLowerCase()
  if (!name.includes('claude')) return COMPATIBLE
  const early = VERSION_FIRST.exec(name)
  if (early !== null) return earlyTraits(version(early[1], early[2]))
  const modern = FAMILY_FIRST.exec(name)
  return modern === null ? NEWEST : modernTraits(modern[1]!, version(modern[2], modern[3]))
}

/** 4.5 is 405. */
function version(major: string | undefined, minor: string | undefined): number {
  return Number(major ?? 1) * 100 + Number(minor ?? 0)
}

function earlyTraits(release: number): ModelTraits {
  if (release >= 307) return COMPATIBLE
  const mostTokens = release >= 305 ? 8192 : 4096
  return { ...COMPATIBLE, thinking: 'none', defaultMaxTokens: 4096, mostTokens }
}

function modernTraits(family: string, release: number): ModelTraits {
  const isOpus = family === 'opus'
  if (release < 406) {
    return {
      ...COMPATIBLE,
      takesBothSamplings: release < 401,
      mostTokens: isOpus && release < 405 ? 32_000 : 64_000,
    }
  }
  if (release < 407) {
    return { ...NEWEST, takesSampling: true, takesXhigh: false }
  }
  const isLarge = family === 'fable' || family === 'mythos'
  const thinksAlways = isLarge || (release >= 505 && family !== 'haiku')
  const refusesForce = thinksAlways && release > 500
  return {
    ...NEWEST,
    thinking: thinksAlways ? 'always' : 'adaptive',
    takesForcedTools: !refusesForce,
  }
}
