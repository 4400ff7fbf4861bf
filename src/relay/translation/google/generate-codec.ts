import type { CallerCodec, ProviderCodec } from '../codec.ts'
import { readGenerateAnswer, readGenerateStream } from './answer-reader.ts'
import { writeGenerateAnswer, writeGenerateStream } from './answer-writer.ts'
import { readGenerateRequest, writeGenerateRequest } from './generate-request.ts'

/** Gemini's `generateContent` for callers; whether they stream stands in the address. */
export const generateCallerCodec: CallerCodec = {
  readRequest: (body, { stream }) => readGenerateRequest(body, stream),
  writeAnswer: writeGenerateAnswer,
  writeStream: writeGenerateStream,
}

/** Gemini's `generateContent` at the provider; streams are read as server-sent events. */
export const generateProviderCodec: ProviderCodec = {
  protocol: 'google',
  writeRequest: writeGenerateRequest,
  readAnswer: readGenerateAnswer,
  readStream: readGenerateStream,
}
