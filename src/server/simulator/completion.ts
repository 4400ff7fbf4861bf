import type { Simulation } from '../../playbook/index.ts'
import { simulatedAnswer } from '../simulated-answer.ts'
import { type JsonObject, objectOf } from './json-value.ts'
import { CHARACTERS_PER_TOKEN, textTokens } from './tokens.ts'

const CHUNK = /.{1,20}/gsu

/** Answers OpenAI's older text completion; a stream as the data of its events. */
export function completion(body: JsonObject, simulation: Simulation): object | readonly string[] {
  const prompt = [body.prompt].flat().join(' ')
  const { completionTokens: length } = simulation
  const text = simulatedAnswer(prompt, length && length * CHARACTERS_PER_TOKEN)
  const before = simulation.promptTokens ?? textTokens(prompt)
  const after = length ?? textTokens(text)
  const usage = {
    prompt_tokens: before,
    completion_tokens: after,
    total_tokens: before + after,
  }
  const head = {
    id: 'cmpl-simulated',
    object: 'text_completion',
    created: Math.floor(Date.now() / 1_000),
    model: body.model,
  }
  const choice = (part: string, reason: string | null) => [
    { text: part, index: 0, logprobs: null, finish_reason: reason },
  ]
  if (body.stream !== true) return { ...head, choices: choice(text, 'stop'), usage }
  const asksUsage = objectOf(body.stream_options).include_usage === true
  return [
    ...(text.match(CHUNK) ?? []).map((part) => ({ ...head, choices: choice(part, null) })),
    { ...head, choices: choice('', 'stop') },
    ...(asksUsage ? [{ ...head, choices: [], usage }] : []),
  ].map((event) => JSON.stringify(event))
}
