import type { AnswerContext, CallerCodec } from '../codec.ts'
import { SEALED_THOUGHTS } from './read-request.ts'
import { finalStatus, responseObject } from './response-object.ts'
import { ResponseOutput } from './response-output.ts'

/** Writes a whole response; one whose answer broke off is still `in_progress`. */
export const writeAnswer: CallerCodec['writeAnswer'] = (events, context) => {
  const output = outputFor(context)
  for (const event of events) output.add(event)
  const { stopReason } = output
  const status = stopReason === undefined ? 'in_progress' : finalStatus(stopReason)
  return responseObject(context, status, output)
}

/** An empty output, as the caller wants it. */
export function outputFor({ requestId, request }: AnswerContext): ResponseOutput {
  const include: readonly unknown[] = Array.isArray(request.include) ? request.include : []
  return new ResponseOutput(requestId, include.includes(SEALED_THOUGHTS))
}
