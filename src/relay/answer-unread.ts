import type { IncomingMessage, ServerResponse } from 'node:http'

/** Of a refused upload this much is still read, so that the caller gets to read the answer. */
const REST_OF_REFUSED_BODY_MS = 2_000

const CLOSE = ['connection', 'close'] as const
const NOTHING: readonly string[] = []

/**
 * Answers a request whose body may not have been read (`hasBody`), and ends the connection that
 * it still comes on. `send` is given the headers that say so, names and values in turn.
 */
export function answerUnread(
  request: IncomingMessage,
  response: ServerResponse,
  hasBody: boolean,
  send: (headers: readonly string[]) => void,
): void {
  if (request.complete || !hasBody) {
    send(NOTHING)
    return
  }
  send(CLOSE)
  request.resume()
  const timer = setTimeout(() => request.socket.destroy(), REST_OF_REFUSED_BODY_MS)
  response.once('close', () => clearTimeout(timer))
}
