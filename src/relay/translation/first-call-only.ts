import type { AnswerEvent } from './answer-event.ts'
import type { ProviderCodec } from './codec.ts'

type AnswerReader = Pick<ProviderCodec, 'readAnswer' | 'readStream'>

/**
 * For callers who want one tool call at a time from a provider that cannot be told so: the calls
 * after an answer's first are left out, and the model makes them when it has seen its result.
 */
export function firstCallOnly(reader: AnswerReader): AnswerReader {
  return {
    readAnswer: (answer) => reader.readAnswer(answer).filter(isKept),
    readStream() {
      const decoder = reader.readStream()
      return {
        read: (data) => decoder.read(data).filter(isKept),
        end: () => decoder.end().filter(isKept),
      }
    },
  }
}

function isKept(event: AnswerEvent): boolean {
  return event.kind === 'tool_start' || event.kind === 'tool_arguments' ? event.index === 0 : true
}
