import { chance, pickByWeight } from './random.ts'
import { FAULTS, type Fault, SIMULATION_HEADER, type Simulation } from './simulation.ts'
import type { Passage } from './texts.ts'
import { type TracePoint, tracePoint } from './trace.ts'

/** What is to be replayed, and how. */
export interface ReplayPlan {
  /** Names this replay: `release` of its records and start of its trace ids. */
  readonly run: string
  readonly trace: readonly TracePoint[]
  readonly passages: readonly Passage[]
  readonly calls: number
  /** How many times faster than recorded. */
  readonly speed: number
  /** Share of streamed calls, 0 to 1. */
  readonly streamShare: number
  /** Share of calls the simulator answers with an error or cuts off, 0 to 1. */
  readonly errorShare: number
  readonly seed: number
}

/** One call as it is going to be made. */
export interface PlannedCall {
  readonly number: number
  /** Moment relative to the first call, already divided by the speed. */
  readonly atMs: number
  readonly traceId: string
  readonly model: string
  readonly stream: boolean
  /** Whether the caller of a stream asks for its usage. */
  readonly asksUsage: boolean
  readonly promptTokens: number
  readonly completionTokens: number
  readonly fault?: Fault
  readonly userId: string
  readonly app: string
}

const MODELS = [
  { value: 'gpt-4o-mini', weight: 35 },
  { value: 'gpt-4o', weight: 25 },
  { value: 'claude-sonnet-4-20250514', weight: 20 },
  { value: 'gemini-2.5-flash', weight: 12 },
  { value: 'deepseek-v3.2', weight: 8 },
]

const APPS = {
  'support-bot': 'You answer questions of customers from the text they were given.',
  reader: 'Read the text and answer the question in its language, briefly.',
  tutor: 'You are a patient teacher of mathematics. Work step by step.',
} as const

const USERS = 500
const ASKS_USAGE_SHARE = 0.5
const CHARACTERS_PER_TOKEN = 4

/** Prompts are cut here: longer ones would say nothing new about words and take much room. */
const MOST_PROMPT_CHARACTERS = 6_000

/** Purposes for which a call draws a number; each its own, so that none depends on another. */
const DRAW = { model: 1, stream: 2, fails: 3, fault: 4, user: 5, text: 6, usage: 7 } as const

/** Says what the `number`-th call of the plan is; the same each time it is asked. */
export function plannedCall(plan: ReplayPlan, number: number): PlannedCall {
  const draw = (purpose: keyof typeof DRAW) => chance(plan.seed, number, DRAW[purpose])
  const point = tracePoint(plan.trace, number)
  const stream = draw('stream') < plan.streamShare
  const fails = draw('fails') < plan.errorShare
  return {
    number,
    atMs: point.atMs / plan.speed,
    traceId: `${plan.run}-${String(number).padStart(6, '0')}`,
    model: pickByWeight(MODELS, draw('model')),
    stream,
    asksUsage: stream && draw('usage') < ASKS_USAGE_SHARE,
    promptTokens: point.promptTokens,
    completionTokens: point.completionTokens,
    ...(fails && { fault: FAULTS[Math.floor(draw('fault') * FAULTS.length)]! }),
    // the square makes some users call far more often than others
    userId: `user_${String(Math.floor(draw('user') ** 2 * USERS)).padStart(5, '0')}`,
    app: appOf(plan, number),
  }
}

/** The body of a call, as the chat protocol has it. */
export function requestBody(plan: ReplayPlan, call: PlannedCall) {
  return {
    model: call.model,
    messages: [
      { role: 'system' as const, content: APPS[appOf(plan, call.number)] },
      { role: 'user' as const, content: promptText(plan, call) },
    ],
    stream: call.stream,
    ...(call.asksUsage && { stream_options: { include_usage: true } }),
  }
}

/**
 * Headers of a call beside its key: who calls, from which application, under which trace, and
 * what the simulator is to answer.
 */
export function requestHeaders(plan: ReplayPlan, call: PlannedCall): Record<string, string> {
  const simulation: Simulation = {
    promptTokens: call.promptTokens,
    completionTokens: call.completionTokens,
    speed: plan.speed,
    ...(call.fault !== undefined && { fault: call.fault }),
  }
  return {
    [SIMULATION_HEADER]: JSON.stringify(simulation),
    'x-holysheep-user-id': call.userId,
    'x-holysheep-trace-id': call.traceId,
    'x-bellwether-labels': `app=${call.app},release=${plan.run}`,
  }
}

function firstPassage(plan: ReplayPlan, number: number): number {
  return Math.floor(chance(plan.seed, number, DRAW.text) * plan.passages.length)
}

function appOf(plan: ReplayPlan, number: number): keyof typeof APPS {
  const passage = plan.passages[firstPassage(plan, number)]!
  if (passage.context === '') return 'tutor'
  return number % 2 === 0 ? 'support-bot' : 'reader'
}

/** Paragraphs up to about the length the trace says, then the question about the first. */
function promptText(plan: ReplayPlan, call: PlannedCall): string {
  const wanted = Math.min(call.promptTokens * CHARACTERS_PER_TOKEN, MOST_PROMPT_CHARACTERS)
  const first = firstPassage(plan, call.number)
  const { context, question } = plan.passages[first]!
  const paragraphs = [context]
  let length = context.length
  for (let next = 1; length < wanted; next++) {
    const { context: more, question: other } = plan.passages[(first + next) % plan.passages.length]!
    const paragraph = more === '' ? other : more
    paragraphs.push(paragraph)
    length += paragraph.length + 2
  }
  return [...paragraphs.filter((paragraph) => paragraph !== ''), question].join('\n\n')
}
