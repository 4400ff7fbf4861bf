import { isJsonObject } from '../../json-object.ts'
import type { ProviderCodec, StreamDecoder } from '../codec.ts'
import { AnswerDecoder } from './answer-decoder.ts'

/** Reads a whole chat completion. */
export const readAnswer: ProviderCodec['readAnswer'] = (answer) => {
  const decoder = new AnswerDecoder()
  return [...decoder.add(answer), ...decoder.end()]
}

/** Reads a streamed chat completion. */
export function readStream(): StreamDecoder {
  const decoder = new AnswerDecoder()
  return {
    read(data) {
      const chunk = parse(data)
      return isJsonObject(chunk) ? decoder.add(chunk) : []
    },
    end: () => decoder.end(),
  }
}

/** The closing `[DONE]` is no JSON and says nothing. */
function parse(data: string): unknown {
  try {
    return JSON.parse(data) as unknown
  } catch {
    return undefined
  }
}
