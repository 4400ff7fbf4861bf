import type { Duplex } from 'node:stream'
import { createRequestId } from '../record/index.ts'
import { badRequest, type CallerError } from './caller-error.ts'
import { BROKEN_HEADER_MESSAGE } from './key-check.ts'
import { PROTOCOLS } from './protocols/index.ts'

/** Answers bytes that are no HTTP request: there is no request object to answer to. */
export function refuseUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const [line, problem] = UNREADABLE[error.code ?? ''] ?? [
    '400 Bad Request',
    badRequest(400, 'invalid_request', BROKEN_HEADER_MESSAGE),
  ]
  const id = createRequestId(Date.now())
  // nothing is known of the address, so OpenAI's shape has to do
  const body = PROTOCOLS.openai.errorBody(problem, id)
  socket.end(
    `HTTP/1.1 ${line}\r\ncontent-type: application/json\r\nx-request-id: ${id}\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}

const UNREADABLE: Readonly<Record<string, readonly [line: string, problem: CallerError]>> = {
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    badRequest(431, 'headers_too_large', 'the request headers are too large'),
  ],
  ERR_HTTP_REQUEST_TIMEOUT: [
    '408 Request Timeout',
    badRequest(408, 'timeout_request', 'the request headers did not arrive in time'),
  ],
}
