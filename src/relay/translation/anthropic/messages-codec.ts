import type { CallerCodec, ProviderCodec } from '../codec.ts'
import { MessageDecoder, readMessage } from './answer-reader.ts'
import { MessageWriter, writeMessage } from './message-writer.ts'
import { readMessagesRequest } from './request-reader.ts'
import { writeMessagesRequest } from './request-writer.ts'

/** Callers who speak Anthropic's messages. */
export const messagesCallerCodec: CallerCodec = {
  readRequest: readMessagesRequest,
  writeAnswer: writeMessage,
  writeStream: (context) => new MessageWriter(context),
}

/** Providers that speak Anthropic's messages. */
export const messagesProviderCodec: ProviderCodec = {
  protocol: 'anthropic',
  writeRequest: writeMessagesRequest,
  readAnswer: readMessage,
  readStream: () => new MessageDecoder(),
}
