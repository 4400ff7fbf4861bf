import type { CallerCodec, ProviderCodec } from '../codec.ts'
import { readAnswer, readStream } from './read-answer.ts'
import { readRequest } from './read-request.ts'
import { ChatStreamWriter } from './stream-writer.ts'
import { writeAnswer } from './write-answer.ts'
import { writeRequest } from './write-request.ts'

/** OpenAI's chat completions, as callers speak them. */
export const chatCallerCodec: CallerCodec = {
  readRequest,
  writeAnswer,
  writeStream: (context) => new ChatStreamWriter(context),
}

/** OpenAI's chat completions, as OpenAI and all who imitate it answer them. */
export const chatProviderCodec: ProviderCodec = {
  protocol: 'openai',
  writeRequest,
  readAnswer,
  readStream,
}
