import type { JsonObject } from '../../json-object.ts'
import type { Reasoning } from '../conversation.ts'
import { isGemini3, takesMinimalThinking } from './gemini-model.ts'
import type { GoogleFields } from './google-fields.ts'

type Effort = NonNullable<Reasoning['effort']>

/** Tokens that Google's own OpenAI endpoint takes for an effort, and what lies around them. */
const BUDGETS: Readonly<Record<Effort, number>> = {
  none: 0,
  minimal: 512,
  low: 1_024,
  medium: 8_192,
  high: 24_576,
  xhigh: 32_768,
}

const EFFORTS: Readonly<Record<string, Effort>> = {
  MINIMAL: 'minimal',
  LOW: 'low',
  MEDIUM: 'medium',
  HIGH: 'high',
}

/** Reads a `thinkingConfig`; a budget of -1 leaves it to the model, as does none at all. */
export function readThinkingConfig(fields: GoogleFields | undefined): Reasoning | undefined {
  if (fields === undefined) return undefined
  const budget = fields.integer('thinkingBudget')
  const level = fields.string('thinkingLevel')?.toUpperCase()
  const includeThoughts = fields.boolean('includeThoughts')
  fields.leaveOutRest()
  const effort = level === undefined ? undefined : EFFORTS[level]
  if (level !== undefined && effort === undefined && level !== 'THINKING_LEVEL_UNSPECIFIED') {
    fields.fail('thinkingLevel', 'has to be MINIMAL, LOW, MEDIUM or HIGH')
  }
  const reasoning: Reasoning = {
    ...(effort !== undefined && { effort }),
    ...(budget === 0 && { effort: 'none' }),
    ...(budget !== undefined && budget > 0 && { budgetTokens: budget }),
    ...(includeThoughts !== undefined && { includeThoughts }),
  }
  return Object.keys(reasoning).length === 0 ? undefined : reasoning
}

/** Writes a `thinkingConfig` as the model takes it: by level from Gemini 3 on, before by tokens. */
export function writeThinkingConfig(
  reasoning: Reasoning | undefined,
  model: string,
): JsonObject | undefined {
  if (reasoning === undefined) return undefined
  const config = {
    ...(isGemini3(model) ? thinkingLevel(reasoning, model) : thinkingBudget(reasoning, model)),
    ...(reasoning.includeThoughts !== undefined && { includeThoughts: reasoning.includeThoughts }),
  }
  return Object.keys(config).length === 0 ? undefined : config
}

function thinkingLevel({ effort, budgetTokens }: Reasoning, model: string): JsonObject | undefined {
  const wanted = effort ?? (budgetTokens === undefined ? undefined : effortOf(budgetTokens))
  switch (wanted) {
    case undefined:
      return undefined
    case 'none':
    case 'minimal':
      // these models always think: the least they can is the closest to nothing
      return { thinkingLevel: takesMinimalThinking(model) ? 'MINIMAL' : 'LOW' }
    case 'low':
      return { thinkingLevel: 'LOW' }
    case 'medium':
      // the first one knew only LOW and HIGH
      return { thinkingLevel: /gemini-3-pro/i.test(model) ? 'HIGH' : 'MEDIUM' }
    case 'high':
    case 'xhigh':
      return { thinkingLevel: 'HIGH' }
    default:
      return wanted satisfies never
  }
}

function effortOf(budgetTokens: number): Effort {
  if (budgetTokens === 0) return 'none'
  if (budgetTokens <= BUDGETS.low) return 'low'
  return budgetTokens <= BUDGETS.medium ? 'medium' : 'high'
}

/** A budget is the most a model may think, so that one above its range is cut down to it. */
function thinkingBudget(
  { effort, budgetTokens }: Reasoning,
  model: string,
): JsonObject | undefined {
  const wanted = budgetTokens ?? (effort === undefined ? undefined : BUDGETS[effort])
  if (wanted === undefined) return undefined
  const [least, most] = /2\.5-pro/i.test(model)
    ? [128, BUDGETS.xhigh] // cannot be kept from thinking
    : [0, BUDGETS.high]
  return { thinkingBudget: Math.min(Math.max(wanted, least), most) }
}
