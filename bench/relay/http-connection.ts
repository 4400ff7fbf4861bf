import { connect, type Socket } from 'node:net'
import { nowMicroseconds } from './fixed-answers.ts'

export interface Target {
  readonly port: number
  readonly key: string
  /** Sent with each call beside what every caller sends. */
  readonly headers?: Readonly<Record<string, string>>
}

/** A request as bytes, made once. */
export function requestBytes({ port, key, headers = {} }: Target, body: string): Buffer {
  const more = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n` +
      `authorization: Bearer ${key}\r\ncontent-type: application/json\r\n` +
      `user-agent: OpenAI/JS 6.0.0\r\naccept: application/json\r\n${more.join('')}` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}

export interface StreamTimes {
  /** From the request to the first chunk, microseconds. */
  firstByte: number | undefined
  /** From the provider's send of each chunk to its arrival, microseconds. */
  readonly delays: number[]
}

/** One kept-alive connection with one request at a time; the parsing is as little as possible. */
export class HttpConnection {
  readonly #socket: Socket
  #done: ((failed: boolean) => void) | undefined
  #missing = -1
  #chunked: boolean = false
  #tail = ''
  #times: StreamTimes | undefined
  #sentAt = 0

  constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true })
    this.#socket.on('data', (data: Buffer) => this.#take(data))
    this.#socket.on('error', () => undefined)
    this.#socket.on('close', () => this.#finish(true))
  }

  send(request: Buffer, done: (failed: boolean) => void, times?: StreamTimes): void {
    this.#done = done
    this.#missing = -1
    this.#tail = ''
    this.#times = times
    this.#sentAt = nowMicroseconds()
    this.#socket.write(request)
  }

  close(): void {
    this.#done = undefined
    this.#socket.destroy()
  }

  #take(data: Buffer): void {
    if (this.#times !== undefined) readTimes(data, this.#times, this.#sentAt)
    let bodyBytes = data.length
    if (this.#missing === -1) {
      const end = data.indexOf('\r\n\r\n')
      if (end === -1) return
      const head = data.toString('latin1', 0, end)
      if (!head.startsWith('HTTP/1.1 200')) {
        this.#finish(true)
        return
      }
      // a header of its own: some gateways hand on the provider's under another name
      const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1]
      this.#chunked = length === undefined
      this.#missing = Number(length ?? 0)
      bodyBytes = data.length - end - 4
    }
    if (this.#chunked) {
      this.#tail = (this.#tail + data.toString('latin1', Math.max(0, data.length - 7))).slice(-7)
      if (this.#tail === '\r\n0\r\n\r\n') this.#finish(false)
      return
    }
    this.#missing -= bodyBytes
    if (this.#missing <= 0) this.#finish(false)
  }

  #finish(failed: boolean): void {
    const done = this.#done
    this.#done = undefined
    done?.(failed)
  }
}

function readTimes(data: Buffer, times: StreamTimes, sentAt: number): void {
  const now = nowMicroseconds()
  for (let at = data.indexOf(0x40); at !== -1; at = data.indexOf(0x40, at + 1)) {
    const end = data.indexOf(0x3b, at)
    if (end === -1) return
    const sent = Number(data.toString('latin1', at + 1, end))
    if (times.firstByte === undefined) times.firstByte = now - sentAt
    else times.delays.push(now - sent)
  }
}
