import type { FixtureResponse } from '@copilotkit/aimock'
import type { Exchange, WireProtocol } from './exchange.ts'
import { type JsonObject, objectOf } from './json-value.ts'

const HOTTEST: Readonly<Record<WireProtocol, number>> = { openai: 2, anthropic: 1, google: 2 }

const TYPES: Readonly<Record<WireProtocol, string>> = {
  openai: 'invalid_request_error',
  anthropic: 'invalid_request_error',
  google: 'INVALID_ARGUMENT',
}

/** Refuses what real providers refuse most often; undefined for a request they would take. */
export function badRequest({ protocol, body }: Exchange): FixtureResponse | undefined {
  const problem = problemIn(protocol, body())
  if (problem === undefined) return undefined
  const { message, param } = problem
  return { status: 400, error: { message, type: TYPES[protocol], param } }
}

function problemIn(
  protocol: WireProtocol,
  body: JsonObject,
): { readonly message: string; readonly param: string } | undefined {
  const generation = protocol === 'google' ? objectOf(body.generationConfig) : body
  const { temperature } = generation
  const hottest = HOTTEST[protocol]
  if (temperature != null && !isBetween(temperature, 0, hottest)) {
    return { message: `temperature: must be from 0 to ${hottest}`, param: 'temperature' }
  }
  const name = protocol === 'google' ? 'maxOutputTokens' : 'max_tokens'
  const most = generation[name]
  if (most == null && protocol === 'anthropic') {
    return { message: 'max_tokens: Field required', param: name }
  }
  if (most != null && !(Number.isInteger(most) && isBetween(most, 1, 2 ** 31))) {
    return { message: `${name}: must be a whole number above 0`, param: name }
  }
  const prompt = {
    openai: body.messages ?? body.input,
    anthropic: body.messages,
    google: body.contents,
  }
  if (prompt[protocol] === undefined || (prompt[protocol] as { length?: number }).length === 0) {
    return {
      message: 'the prompt is empty',
      param: protocol === 'google' ? 'contents' : 'messages',
    }
  }
  return undefined
}

function isBetween(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && value >= least && value <= most
}
