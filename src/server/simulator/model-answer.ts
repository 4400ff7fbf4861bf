import type {
  ChatCompletionRequest,
  FixtureResponse,
  TextResponse,
  ToolCall,
  ToolCallResponse,
} from '@copilotkit/aimock'
import type { Simulation } from '../../playbook/index.ts'
import { simulatedAnswer } from '../simulated-answer.ts'
import { badRequest } from './bad-request.ts'
import type { Exchange, WireProtocol } from './exchange.ts'
import { schemaExample } from './schema-example.ts'
import { CHARACTERS_PER_TOKEN, imagesIn, promptTokens, textTokens } from './tokens.ts'
import { readWishes, type SimulatedTool, type Wishes } from './wishes.ts'

/** An answer, and how many tokens a real model would have made for it. */
export interface ModelAnswer {
  readonly response: FixtureResponse
  readonly tokens: number
}

/**
 * Answers as a model would that does what it is asked: calls the tools that the prompt names,
 * quotes their results, fits a schema, says how many images it saw, thinks when it is told to,
 * and else gives the prompt's own words back.
 */
export function modelAnswer(request: ChatCompletionRequest, exchange: Exchange): ModelAnswer {
  const refusal = badRequest(exchange)
  if (refusal !== undefined) return { response: refusal, tokens: 0 }
  const { protocol, simulation } = exchange
  const body = exchange.body()
  const wishes = readWishes(body)
  const words = lastUserText(request)
  const thoughts = wishes.reasons ? `I am asked: "${words.slice(0, 80)}". I say what I know.` : ''
  const calls = toolResults(request).length === 0 ? toolCalls(wishes, words) : []
  const said = calls.length > 0 ? calledWith(calls, protocol) : spoken(request, exchange, wishes)
  const tokens = simulation.completionTokens ?? textTokens(thoughts + said.text)
  const response = {
    ...said.response,
    ...(thoughts !== '' && { reasoning: thoughts }),
    usage: usageOf(simulation.promptTokens ?? promptTokens(body), tokens),
  }
  return { response, tokens }
}

/** What the model says, for aimock, and as the text that its length is estimated from. */
interface Said {
  readonly response: Pick<TextResponse, 'content' | 'finishReason'> | ToolCallResponse
  readonly text: string
}

function calledWith(toolCalls: ToolCall[], protocol: WireProtocol): Said {
  return {
    // Gemini stops with STOP whatever it has said; aimock would make up another reason
    response: { toolCalls, ...(protocol === 'google' && { finishReason: 'stop' }) },
    text: JSON.stringify(toolCalls),
  }
}

function spoken(request: ChatCompletionRequest, exchange: Exchange, wishes: Wishes): Said {
  const whole = answerText(request, exchange, wishes)
  const most =
    wishes.schema === undefined ? cutAt(wishes.maxTokens, exchange.simulation) : undefined
  const content = whole.slice(0, most)
  return {
    response: { content, ...(content !== whole && { finishReason: 'length' }) },
    text: content,
  }
}

function toolCalls({ tools, toolChoice }: Wishes, words: string) {
  const mentioned = tools.filter(({ name }) => words.includes(name))
  return calledTools(tools, mentioned, toolChoice).map(({ name, parameters }) => ({
    name,
    arguments: JSON.stringify(schemaExample({ type: 'object', ...parameters })),
  }))
}

function calledTools(
  tools: readonly SimulatedTool[],
  mentioned: readonly SimulatedTool[],
  toolChoice: Wishes['toolChoice'],
): readonly SimulatedTool[] {
  if (toolChoice === 'none') return []
  if (toolChoice === 'auto') return mentioned
  if (toolChoice === 'required') return mentioned.length > 0 ? mentioned : tools.slice(0, 1)
  return tools.filter(({ name }) => name === toolChoice.name)
}

function answerText(
  request: ChatCompletionRequest,
  { body, simulation }: Exchange,
  { schema }: Wishes,
): string {
  const words = lastUserText(request)
  if (schema !== undefined) {
    const empty = Object.keys(schema).length === 0
    return JSON.stringify(empty ? { answer: simulatedAnswer(words, 80) } : schemaExample(schema))
  }
  const results = toolResults(request)
  if (results.length > 0) return `The tool answered: ${results.join('; ')}`
  const { messages, input, contents } = body()
  const images = imagesIn([messages, input, contents])
  const seen = images === 0 ? '' : `I see ${images} image${images === 1 ? '' : 's'}. `
  const length = simulation.completionTokens
  return seen + simulatedAnswer(words, length && length * CHARACTERS_PER_TOKEN)
}

/** A steered length stands: it is the caller's own business whether it fits his limit. */
function cutAt(maxTokens: number | undefined, { completionTokens }: Simulation) {
  if (maxTokens === undefined || completionTokens !== undefined) return undefined
  return maxTokens * CHARACTERS_PER_TOKEN
}

/** aimock takes the numbers under the names of whichever protocol it answers in. */
function usageOf(prompt: number, completion: number) {
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    input_tokens: prompt,
    output_tokens: completion,
    promptTokenCount: prompt,
    candidatesTokenCount: completion,
    totalTokenCount: prompt + completion,
  }
}

/** What tools have answered since the model spoke last. */
function toolResults({ messages }: ChatCompletionRequest): readonly string[] {
  const spoke = messages.findLastIndex(({ role }) => role === 'assistant')
  const since = messages.slice(spoke + 1)
  if (since.at(-1)?.role !== 'tool') return []
  return since.filter(({ role }) => role === 'tool').map(({ content }) => textOf(content))
}

function lastUserText({ messages }: ChatCompletionRequest): string {
  return textOf(messages.findLast(({ role }) => role === 'user')?.content)
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content.map((part) => (part as { readonly text?: unknown } | null)?.text ?? '').join(' ')
}
