import type { Transform } from 'node:stream'
import type { Dispatcher, Pool } from 'undici'
import type { AnswerHeaders } from '../providers/provider.ts'
import { decoderFor } from './decoder.ts'
import { type Failure, failureOf } from './failure.ts'

/** Is told what becomes of an attempt: started, chunks, then ended or failed, once. */
export interface AttemptListener {
  /**
   * The request has a connection and is being sent. The pool's `justOpened` is now the connection
   * that was opened for this attempt, if one was.
   */
  attemptConnected(): void
  answerStarted(status: number, headers: AnswerHeaders): void
  answerChunk(chunk: Buffer): void
  answerEnded(): void
  attemptFailed(failure: Failure): void
  /** One of the above has thrown: what that leaves behind has to be cleared up. */
  attemptThrew(error: unknown): void
}

/**
 * One request at one provider. Says nothing more after it has ended, failed or been aborted.
 * Chunks are handed on decoded.
 */
export class Attempt implements Dispatcher.DispatchHandler {
  readonly #listener: AttemptListener
  #controller: Dispatcher.DispatchController | undefined
  #decoder: Transform | undefined
  #settled: boolean = false

  constructor(listener: AttemptListener) {
    this.#listener = listener
  }

  get settled(): boolean {
    return this.#settled
  }

  send(pool: Pool, path: string, headers: string[], body: Buffer): void {
    pool.dispatch({ path, method: 'POST', headers, body }, this)
  }

  /** Gives the attempt up; the connection is closed, the listener hears nothing more. */
  abort(): void {
    if (this.#settled) return
    this.#settled = true
    this.#controller?.abort(new Error('aborted by the relay'))
    this.#decoder?.destroy()
  }

  pause(): void {
    if (this.#decoder === undefined) this.#controller?.pause()
    else this.#decoder.pause()
  }

  resume(): void {
    if (this.#decoder === undefined) this.#controller?.resume()
    else this.#decoder.resume()
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#settled) controller.abort(new Error('aborted by the relay'))
    else this.#listener.attemptConnected()
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: AnswerHeaders,
  ): void {
    if (this.#settled || status < 200) return
    const decoder = decoderFor(singleHeader(headers, 'content-encoding'))
    if (decoder === undefined) {
      this.#fail({ kind: 'invalid_answer', detail: 'unknown content-encoding' })
      return
    }
    if (decoder !== 'identity') this.#decode(decoder)
    this.#tell(() => this.#listener.answerStarted(status, headers))
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#settled) return
    if (this.#decoder === undefined) this.#chunk(chunk)
    else if (!this.#decoder.write(chunk)) controller.pause()
  }

  onResponseEnd(): void {
    if (this.#decoder === undefined) this.#end()
    else this.#decoder.end()
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(failureOf(error, this.#controller !== undefined))
  }

  #decode(decoder: Transform): void {
    this.#decoder = decoder
    decoder.on('data', (chunk: Buffer) => {
      if (!this.#settled) this.#chunk(chunk)
    })
    decoder.on('drain', () => this.#controller?.resume())
    decoder.on('end', () => this.#end())
    decoder.on('error', () =>
      this.#fail({ kind: 'invalid_answer', detail: 'its compression is broken' }),
    )
  }

  #end(): void {
    if (this.#settled) return
    this.#settled = true
    this.#tell(() => this.#listener.answerEnded())
  }

  #fail(failure: Failure): void {
    if (this.#settled) return
    this.abort()
    this.#tell(() => this.#listener.attemptFailed(failure))
  }

  #chunk(chunk: Buffer): void {
    try {
      this.#listener.answerChunk(chunk)
    } catch (error) {
      this.#threw(error)
    }
  }

  #tell(what: () => void): void {
    try {
      what()
    } catch (error) {
      this.#threw(error)
    }
  }

  /** Neither the HTTP client nor a decoder says who has to hear of it. */
  #threw(error: unknown): void {
    this.abort()
    this.#listener.attemptThrew(error)
  }
}

/** The value of a header of which one is expected. */
export function singleHeader(headers: AnswerHeaders, name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? value[0] : value
}
