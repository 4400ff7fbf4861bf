import type { Translated } from '../codec.ts'
import type { Conversation, Message, Tool } from '../conversation.ts'
import { RequestNotes } from '../request-notes.ts'
import { type ModelTraits, traitsOf } from './model-traits.ts'
import { closedSchema } from './output-schema.ts'
import { type Block, cacheControl, shortest, writePart, writeText } from './part-writer.ts'
import { planThinking, type ThinkingPlan } from './thinking-plan.ts'

/**
 * Writes a request of Anthropic's messages. `max_tokens` is demanded there: where the caller
 * sets none it is 8192 (4096 for models before 3.7), plus what the model may think.
 */
export function writeMessagesRequest(
  conversation: Conversation,
  model: string,
): Translated<object> {
  const notes = new RequestNotes()
  const traits = traitsOf(model)
  const plan = planThinking(conversation, traits, notes)
  const system = conversation.system.flatMap((part) => writeText(part) ?? [])
  const messages = writeMessages(conversation.messages, notes)
  if (messages.length === 0) notes.reject('messages', 'at least one message with content is needed')
  noteWhatIsMissing(conversation, notes)
  return notes.conclude({
    model,
    max_tokens: plan.maxTokens,
    ...(system.length > 0 && { system: shortest(system) }),
    messages,
    ...(conversation.tools.length > 0 && { tools: conversation.tools.map(writeTool) }),
    ...writeToolChoice(conversation, traits, plan, notes),
    ...writeSampling(conversation, traits, plan, notes),
    ...writeStop(conversation, notes),
    ...(plan.thinking !== undefined && { thinking: plan.thinking }),
    ...writeOutputConfig(conversation, plan, notes),
    ...(conversation.user !== undefined && { metadata: { user_id: conversation.user } }),
    ...(conversation.stream && { stream: true }),
  })
}

interface OpenMessage {
  readonly role: Message['role']
  readonly blocks: Block[]
}

/** Messages of one role in a row are one; what is left without content is none. */
function writeMessages(messages: readonly Message[], notes: RequestNotes): readonly object[] {
  const merged: OpenMessage[] = []
  for (const { role, parts } of messages) {
    const blocks = parts.flatMap((part) => writePart(part, notes) ?? [])
    const last = merged.at(-1)
    if (blocks.length === 0) continue
    if (last?.role === role) last.blocks.push(...blocks)
    else merged.push({ role, blocks })
  }
  const end = merged.at(-1)
  if (end?.role === 'assistant') trimEnd(end.blocks)
  return merged.map(({ role, blocks }) => ({ role, content: shortest(resultsFirst(blocks)) }))
}

/** The answer goes on where the last message ends; the API refuses white space there. */
function trimEnd(blocks: Block[]): void {
  const last = blocks.at(-1)
  if (typeof last?.text === 'string')
    blocks[blocks.length - 1] = { ...last, text: last.text.trimEnd() }
}

/** The API wants the results of tools in front of what the user says. */
function resultsFirst(blocks: readonly Block[]): readonly Block[] {
  const isResult = ({ type }: Block) => type === 'tool_result'
  return [...blocks.filter(isResult), ...blocks.filter((block) => !isResult(block))]
}

function writeTool({ name, description, parameters, strict, cacheMark }: Tool): object {
  return {
    name,
    ...(description !== undefined && { description }),
    input_schema: { type: 'object', ...(parameters ?? { properties: {} }) },
    ...(strict !== undefined && { strict }),
    ...cacheControl(cacheMark),
  }
}

function writeToolChoice(
  { tools, toolChoice, parallelToolCalls }: Conversation,
  traits: ModelTraits,
  { thinks }: ThinkingPlan,
  notes: RequestNotes,
): object {
  const kind = toolChoice?.kind
  const isForced = kind === 'required' || kind === 'tool'
  const canForce = tools.length > 0 && traits.takesForcedTools && !thinks
  if (isForced && !canForce) notes.leaveOut('tool_choice')
  if (tools.length === 0) return {}
  if (kind === 'none') return { tool_choice: { type: 'none' } }
  if (kind === undefined && parallelToolCalls !== false) return {}
  const serial = parallelToolCalls !== undefined && {
    disable_parallel_tool_use: !parallelToolCalls,
  }
  if (!isForced || !canForce) return { tool_choice: { type: 'auto', ...serial } }
  const forced =
    toolChoice?.kind === 'tool' ? { type: 'tool', name: toolChoice.name } : { type: 'any' }
  return { tool_choice: { ...forced, ...serial } }
}

/** Least `top_p` that is taken while the model thinks. */
const LEAST_TOP_P = 0.95

function writeSampling(
  { temperature, topP, topK }: Conversation,
  traits: ModelTraits,
  { thinks }: ThinkingPlan,
  notes: RequestNotes,
): object {
  const isFree = traits.takesSampling && !thinks
  const takesTemperature = temperature !== undefined && isFree && temperature <= 1
  const isAlone = traits.takesBothSamplings || !takesTemperature
  const fits = isFree || (topP !== undefined && topP >= LEAST_TOP_P)
  const takesTopP = topP !== undefined && traits.takesSampling && isAlone && fits
  // 1 is what the API takes for granted: leaving it out changes nothing
  if (!takesTemperature && (temperature ?? 1) !== 1) notes.leaveOut('temperature')
  if (!takesTopP && (topP ?? 1) !== 1) notes.leaveOut('top_p')
  if (!isFree && topK !== undefined) notes.leaveOut('top_k')
  return {
    ...(takesTemperature && { temperature }),
    ...(takesTopP && { top_p: topP }),
    ...(isFree && topK !== undefined && { top_k: topK }),
  }
}

/** Sequences of nothing but white space are refused by the API. */
function writeStop({ stop = [] }: Conversation, notes: RequestNotes): object {
  const taken = stop.filter((sequence) => sequence.trim() !== '')
  if (taken.length < stop.length) notes.leaveOut('stop')
  return taken.length === 0 ? {} : { stop_sequences: taken }
}

function writeOutputConfig(
  { format }: Conversation,
  { effort }: ThinkingPlan,
  notes: RequestNotes,
): object {
  if (format?.kind === 'json') notes.leaveOut('response_format')
  const config = {
    ...(effort !== undefined && { effort }),
    ...(format?.kind === 'schema' && {
      format: { type: 'json_schema', schema: closedSchema(format.schema) },
    }),
  }
  return Object.keys(config).length === 0 ? {} : { output_config: config }
}

/** 0 is what a penalty is without being set. */
function noteWhatIsMissing(conversation: Conversation, notes: RequestNotes): void {
  const { seed, presencePenalty = 0, frequencyPenalty = 0 } = conversation
  if (seed !== undefined) notes.leaveOut('seed')
  if (presencePenalty !== 0) notes.leaveOut('presence_penalty')
  if (frequencyPenalty !== 0) notes.leaveOut('frequency_penalty')
}
