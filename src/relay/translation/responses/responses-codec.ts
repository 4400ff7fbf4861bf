import type { CallerCodec } from '../codec.ts'
import { readRequest } from './read-request.ts'
import { ResponsesStreamWriter } from './stream-writer.ts'
import { writeAnswer } from './write-answer.ts'

/** OpenAI's responses, as callers speak them to models that know other protocols only. */
export const responsesCallerCodec: CallerCodec = {
  readRequest,
  writeAnswer,
  writeStream: (context) => new ResponsesStreamWriter(context),
}
