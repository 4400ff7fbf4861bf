import type { Conversation, Reasoning } from '../conversation.ts'
import type { RequestNotes } from '../request-notes.ts'
import type { ModelTraits } from './model-traits.ts'

type Effort = Exclude<NonNullable<Reasoning['effort']>, 'none'>

/** What is sent so that the model thinks as much as was asked for. */
export interface ThinkingPlan {
  /** Whether the model thinks: other parameters are refused then. */
  readonly thinks: boolean
  readonly maxTokens: number
  readonly thinking?: object
  /** Goes into `output_config`. */
  readonly effort?: string
}

/** Tokens to think with where the model takes a number; also what is added to our `max_tokens`. */
const EFFORT_TOKENS: Readonly<Record<Effort, number>> = {
  minimal: 1024,
  low: 1024,
  medium: 8192,
  high: 24_576,
  xhigh: 32_000,
}

const EFFORT_WORDS: Readonly<Record<Effort, string>> = {
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'xhigh',
}

/** Least `budget_tokens` that is taken. */
const LEAST_BUDGET = 1024

/** Part of a caller's own `max_tokens` that thinking by effort may use. */
const LARGEST_SHARE = 0.8

/** Decides on thinking and `max_tokens`, which have to fit each other. */
export function planThinking(
  { reasoning, maxTokens }: Conversation,
  traits: ModelTraits,
  notes: RequestNotes,
): ThinkingPlan {
  const unasked = { thinks: false, maxTokens: maxTokens ?? traits.defaultMaxTokens }
  const thinksAlways = traits.thinking === 'always'
  if (isOff(reasoning)) {
    if (thinksAlways) notes.leaveOut('reasoning_effort')
    else if (traits.thinking !== 'none') return { ...unasked, thinking: { type: 'disabled' } }
  } else if (isOn(reasoning)) {
    if (traits.thinking === 'budget')
      return withBudget(reasoning, maxTokens, traits, notes) ?? unasked
    if (traits.thinking !== 'none') return adaptive(reasoning, maxTokens, traits)
    notes.leaveOut('reasoning_effort')
  }
  return thinksAlways
    ? { thinks: true, maxTokens: maxTokens ?? traits.defaultMaxTokens + EFFORT_TOKENS.medium }
    : unasked
}

function isOff(reasoning: Reasoning | undefined): boolean {
  if (reasoning?.effort === 'none') return true
  return reasoning?.effort === undefined && reasoning?.budgetTokens === 0
}

function isOn(reasoning: Reasoning | undefined): reasoning is Reasoning {
  if (reasoning === undefined) return false
  const { effort, budgetTokens, includeThoughts } = reasoning
  return effort !== undefined || budgetTokens !== undefined || includeThoughts === true
}

/** Undefined, and noted, where the caller's `max_tokens` leaves no room for the least budget. */
function withBudget(
  reasoning: Reasoning,
  maxTokens: number | undefined,
  traits: ModelTraits,
  notes: RequestNotes,
): ThinkingPlan | undefined {
  const isExact = reasoning.budgetTokens !== undefined && reasoning.budgetTokens > 0
  const wanted = isExact
    ? Math.max(LEAST_BUDGET, reasoning.budgetTokens)
    : EFFORT_TOKENS[effortOf(reasoning) ?? 'medium']
  const room = maxTokens ?? Math.min(wanted + traits.defaultMaxTokens, traits.mostTokens)
  if (room <= LEAST_BUDGET) {
    notes.leaveOut('reasoning_effort')
    return undefined
  }
  const most = isExact ? room - 1 : Math.max(LEAST_BUDGET, Math.floor(room * LARGEST_SHARE))
  return {
    thinks: true,
    maxTokens: room,
    thinking: { type: 'enabled', budget_tokens: Math.min(wanted, most) },
  }
}

function adaptive(
  reasoning: Reasoning,
  maxTokens: number | undefined,
  traits: ModelTraits,
): ThinkingPlan {
  const effort = effortOf(reasoning)
  const { includeThoughts } = reasoning
  const display = includeThoughts === true ? 'summarized' : 'omitted'
  const word = effort && EFFORT_WORDS[effort]
  return {
    thinks: true,
    maxTokens: maxTokens ?? traits.defaultMaxTokens + EFFORT_TOKENS[effort ?? 'medium'],
    thinking: { type: 'adaptive', ...(includeThoughts !== undefined && { display }) },
    ...(word !== undefined && { effort: word === 'xhigh' && !traits.takesXhigh ? 'high' : word }),
  }
}

/** The effort that was named, or the one whose table value is nearest to the number of tokens. */
function effortOf({ effort, budgetTokens = -1 }: Reasoning): Effort | undefined {
  if (effort !== undefined && effort !== 'none') return effort
  if (budgetTokens < 0) return undefined
  if (budgetTokens <= 4096) return 'low'
  if (budgetTokens <= 16_384) return 'medium'
  return budgetTokens < EFFORT_TOKENS.xhigh ? 'high' : 'xhigh'
}
