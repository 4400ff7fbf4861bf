import type { JsonObject } from '../../json-object.ts'
import { parseObject } from './json-values.ts'

/** What a tool has answered, as text. */
export interface ToolAnswer {
  readonly text: string
  readonly isError: boolean
}

/**
 * Reads the `response` of a function: what stands alone under `output`, `result` or `error` is the
 * answer itself. `response` has to be of bounded depth.
 */
export function readResponse(response: JsonObject): ToolAnswer {
  if (Object.keys(response).length === 0) return { text: '', isError: false }
  const envelope = envelopeOf(response)
  const answer = envelope === undefined ? response : response[envelope]
  return {
    text: typeof answer === 'string' ? answer : JSON.stringify(answer),
    isError: envelope === 'error',
  }
}

/**
 * Writes the answer of a tool. A JSON object goes as one when nothing is lost by parsing it (large
 * numbers, white space, names that mean something to Google); everything else as text.
 */
export function writeResponse(text: string, isError: boolean): JsonObject {
  if (isError) return { error: text }
  const parsed = text.startsWith('{') && !text.includes('"$ref"') ? parseObject(text) : undefined
  const asObject =
    parsed !== undefined &&
    Object.keys(parsed).length > 0 &&
    envelopeOf(parsed) === undefined &&
    JSON.stringify(parsed) === text
  return asObject ? parsed : { output: text }
}

function envelopeOf(response: JsonObject): 'output' | 'result' | 'error' | undefined {
  const [name, ...others] = Object.keys(response)
  if (others.length > 0) return undefined
  return name === 'output' || name === 'result' || name === 'error' ? name : undefined
}
