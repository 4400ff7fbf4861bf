import type { CallerError } from '../caller-error.ts'
import type { Protocol } from './protocol.ts'

/** All four members always stand there: SDKs read `code` and `param` without asking. */
function errorBody({ message, type, param, code }: CallerError): string {
  return JSON.stringify({ error: { message, type, param: param ?? null, code } })
}

/** OpenAI's errors: `{"error":{"message","type","param","code"}}`. */
export const openai: Protocol = {
  name: 'openai',
  errorBody,
  errorEvent: (error) => `data: ${errorBody(error)}\n\n`,
}
