import type { AnswerEvent } from '../answer-event.ts'
import type { AnswerContext, StreamWriter } from '../codec.ts'
import type { ResponseEvent } from './output-item.ts'
import { finalStatus, type ResponseStatus, responseObject } from './response-object.ts'
import type { ResponseOutput } from './response-output.ts'
import { outputFor } from './write-answer.ts'

/** Writes a response as numbered events, from `response.created` to `response.completed`. */
export class ResponsesStreamWriter implements StreamWriter {
  readonly #context: AnswerContext
  readonly #output: ResponseOutput
  #sequence = 0

  constructor(context: AnswerContext) {
    this.#context = context
    this.#output = outputFor(context)
  }

  write(event: AnswerEvent): string {
    const begin = this.#begin()
    return begin + this.#sse(this.#output.add(event))
  }

  end(): string {
    const begin = this.#begin()
    const rest = this.#output.close()
    const status = finalStatus(this.#output.stopReason)
    const last = { type: `response.${status}`, response: this.#response(status) } as const
    return begin + this.#sse([...rest, last])
  }

  #begin(): string {
    if (this.#sequence > 0) return ''
    const response = this.#response('in_progress')
    return this.#sse([
      { type: 'response.created', response },
      { type: 'response.in_progress', response },
    ])
  }

  #response(status: ResponseStatus): object {
    return responseObject(this.#context, status, this.#output)
  }

  #sse(events: readonly ResponseEvent[]): string {
    return events
      .map(({ type, ...fields }) => {
        const data = JSON.stringify({ type, sequence_number: this.#sequence++, ...fields })
        return `event: ${type}\ndata: ${data}\n\n`
      })
      .join('')
  }
}
