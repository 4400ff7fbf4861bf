import { readChatUsage } from '../usage/chat-usage.ts'
import type { AnswerFormat, WholeFacts } from './answer-format.ts'
import { ChatChoice } from './chat-choice.ts'
import { ChunkStream } from './chunk-stream.ts'
import { arrayOf, type JsonObject, objectOf, textOf } from './json-object.ts'

/** Answers of OpenAI's chat completions and of everything that speaks its protocol. */
export const chatFormat: AnswerFormat = {
  readStream: (keptBytes) =>
    new ChunkStream('chat.completion', keptBytes, (kept) => new ChatChoice(kept)),
  readWhole: readChoices,
}

/** Reads a whole answer with `choices`, a chat's or a legacy completion's. */
export function readChoices({ model, usage, choices }: JsonObject): WholeFacts {
  return {
    usage: readChatUsage(usage),
    finishReason: textOf(objectOf(arrayOf(choices)[0])?.finish_reason),
    responseModel: textOf(model),
  }
}
