import type { Operation } from '../endpoints.ts'
import { readGenerateUsage } from '../usage/generate-usage.ts'
import type { AnswerFormat } from './answer-format.ts'
import { chatFormat } from './chat-format.ts'
import { completionsFormat } from './completions-format.ts'
import { eventFormat } from './event-format.ts'
import { generateFormat } from './generate-format.ts'
import { messagesFormat } from './messages-format.ts'
import { responsesFormat } from './responses-format.ts'

/** Gemini's vectors are never streamed; only newer models count what they cost. */
const embedFormat: AnswerFormat = {
  readStream: eventFormat.readStream,
  readWhole: ({ usageMetadata }) => ({
    usage: readGenerateUsage(usageMetadata),
    finishReason: undefined,
    responseModel: undefined,
  }),
}

/** Answers that cost nothing: the tokens that they count are their content, not their usage. */
const freeFormat: AnswerFormat = {
  readStream: eventFormat.readStream,
  readWhole: ({ model }) => ({
    usage: undefined,
    finishReason: undefined,
    responseModel: typeof model === 'string' ? model : undefined,
  }),
}

/** How the answers of each operation are read. */
export const ANSWER_FORMATS: Readonly<Record<Operation, AnswerFormat>> = {
  chat: chatFormat,
  completions: completionsFormat,
  responses: responsesFormat,
  embeddings: eventFormat,
  moderations: freeFormat,
  image_generation: eventFormat,
  image_edit: eventFormat,
  speech: eventFormat,
  transcription: eventFormat,
  audio_translation: eventFormat,
  messages: messagesFormat,
  messages_count_tokens: freeFormat,
  generate_content: generateFormat,
  google_count_tokens: freeFormat,
  embed_content: embedFormat,
  batch_embed_contents: embedFormat,
}
