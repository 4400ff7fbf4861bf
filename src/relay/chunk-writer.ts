import type { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'

const LINE_END = '\r\n'

/** Larger pieces are not copied into a frame of their own. */
const LARGEST_COPIED_BYTES = 16 * 1024

/**
 * Writes the pieces of a streamed answer. Node frames each piece of a chunked answer with four
 * writes, which it joins on the next tick; a frame made in one go costs half the time of a small
 * event on its way.
 */
export class ChunkWriter {
  readonly #response: ServerResponse
  #begun: boolean = false
  #full: EventEmitter

  constructor(response: ServerResponse) {
    this.#response = response
    this.#full = response
  }

  /** False asks to wait for `onDrain`. */
  write(piece: Buffer): boolean {
    const { socket, chunkedEncoding } = this.#response
    // the first piece takes the head of the answer along, which Node holds back until then
    const framed = this.#begun && chunkedEncoding && piece.length <= LARGEST_COPIED_BYTES
    this.#begun = true
    if (framed && socket !== null && piece.length > 0) {
      this.#full = socket
      return socket.write(frame(piece))
    }
    this.#full = this.#response
    return this.#response.write(piece)
  }

  /** Calls `action` once what made `write` return false has left. */
  onDrain(action: () => void): void {
    this.#full.once('drain', action)
  }
}

/** RFC 9112, 7.1: size in hex, line end, bytes, line end. */
function frame(piece: Buffer): Buffer {
  const size = piece.length.toString(16)
  const start = size.length + LINE_END.length
  const bytes = Buffer.allocUnsafe(start + piece.length + LINE_END.length)
  bytes.write(size + LINE_END, 0, 'latin1')
  piece.copy(bytes, start)
  bytes.write(LINE_END, start + piece.length, 'latin1')
  return bytes
}
