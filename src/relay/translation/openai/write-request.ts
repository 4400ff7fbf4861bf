import type { ProviderCodec } from '../codec.ts'
import type { AnswerForm, Conversation, Reasoning, Tool, ToolChoice } from '../conversation.ts'
import { RequestNotes } from '../request-notes.ts'
import { type ModelTraits, modelTraits } from './model-traits.ts'
import { writeMessages } from './write-messages.ts'

/**
 * Writes a chat completion request. Marks for caches and earlier thoughts are dropped in silence,
 * as they change no answer; other things that the protocol cannot say are `unsupported`.
 */
export const writeRequest: ProviderCodec['writeRequest'] = (conversation, model) => {
  const notes = new RequestNotes()
  const traits = modelTraits(model)
  if (conversation.topK !== undefined) notes.leaveOut('top_k')
  return notes.conclude({
    model,
    messages: writeMessages(conversation, traits, notes),
    ...writeTools(conversation),
    ...writeSampling(conversation, traits),
    ...writeFormat(conversation.format),
    ...writeReasoning(conversation.reasoning, traits),
    ...(conversation.user !== undefined && { user: conversation.user }),
    ...(conversation.stream && { stream: true, stream_options: { include_usage: true } }),
  })
}

/** Without tools the protocol refuses every word about their use. */
function writeTools({ tools, toolChoice, parallelToolCalls }: Conversation): object {
  if (tools.length === 0) return {}
  return {
    tools: tools.map(writeTool),
    ...(toolChoice && { tool_choice: writeToolChoice(toolChoice) }),
    ...(parallelToolCalls !== undefined && { parallel_tool_calls: parallelToolCalls }),
  }
}

function writeTool({ name, description, parameters, strict }: Tool): object {
  return {
    type: 'function',
    function: {
      name,
      ...(description !== undefined && { description }),
      ...(parameters !== undefined && { parameters }),
      ...(strict !== undefined && { strict }),
    },
  }
}

function writeToolChoice(choice: ToolChoice): object | string {
  if (choice.kind !== 'tool') return choice.kind
  return { type: 'function', function: { name: choice.name } }
}

function writeSampling(conversation: Conversation, { maxTokensName }: ModelTraits): object {
  const { maxTokens, temperature, topP, seed, stop } = conversation
  const { presencePenalty, frequencyPenalty } = conversation
  return {
    ...(maxTokens !== undefined && { [maxTokensName]: maxTokens }),
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { top_p: topP }),
    ...(seed !== undefined && { seed }),
    ...(presencePenalty !== undefined && { presence_penalty: presencePenalty }),
    ...(frequencyPenalty !== undefined && { frequency_penalty: frequencyPenalty }),
    ...(stop !== undefined && stop.length > 0 && { stop }),
  }
}

function writeFormat(format: AnswerForm | undefined): object {
  if (format?.kind === 'json') return { response_format: { type: 'json_object' } }
  if (format?.kind !== 'schema') return {}
  const { name = 'answer', description, schema, strict } = format
  return {
    response_format: {
      type: 'json_schema',
      json_schema: {
        name,
        ...(description !== undefined && { description }),
        schema,
        ...(strict !== undefined && { strict }),
      },
    },
  }
}

function writeReasoning(reasoning: Reasoning | undefined, traits: ModelTraits): object {
  const effort = reasoning?.effort ?? effortFor(reasoning?.budgetTokens)
  if (effort === undefined) return {}
  if (effort === 'none' && traits.thinkingSwitch) return { thinking: { type: 'disabled' } }
  // a model that does not think refuses to be told so
  if (effort === 'none' && !traits.reasoning) return {}
  return { reasoning_effort: effort }
}

/** The most tokens of thought that still count as the effort. */
const EFFORT_BOUNDS = [
  { upTo: 0, effort: 'none' },
  { upTo: 4_096, effort: 'low' },
  { upTo: 16_384, effort: 'medium' },
  { upTo: Number.POSITIVE_INFINITY, effort: 'high' },
] as const

function effortFor(budgetTokens: number | undefined): Reasoning['effort'] {
  if (budgetTokens === undefined || budgetTokens < 0) return undefined
  return EFFORT_BOUNDS.find(({ upTo }) => budgetTokens <= upTo)?.effort
}
