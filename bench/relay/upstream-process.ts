import { type AddressInfo, createServer, type Socket } from 'node:net'
import {
  CHAT_ANSWERS,
  CHUNK_SPACING_MS,
  type FixedAnswers,
  MESSAGES_ANSWERS,
  nowMicroseconds,
  STREAM_CHUNKS,
} from './fixed-answers.ts'

// A provider that costs next to nothing: HTTP by hand, so that what is measured is the gateway.
// It answers `/v1/messages` as Anthropic does and everything else as OpenAI does.

/** A larger body is not kept until it is whole: it is never that of a streamed call here. */
const MOST_KEPT_BYTES = 16_384

const STREAM_HEAD =
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n'

/** A provider's answers as they go over the wire. */
interface WireAnswers {
  readonly whole: Buffer
  readonly head: string
  readonly contentEvent: FixedAnswers['contentEvent']
  readonly end: string
}

function asChunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`
}

function onTheWire({ whole, firstEvents, contentEvent, lastEvents }: FixedAnswers): WireAnswers {
  const head =
    'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nopenai-processing-ms: 1\r\n' +
    `content-length: ${Buffer.byteLength(whole)}\r\n\r\n`
  return {
    whole: Buffer.from(head + whole),
    head: STREAM_HEAD + (firstEvents === '' ? '' : asChunk(firstEvents)),
    contentEvent,
    end: `${asChunk(lastEvents)}0\r\n\r\n`,
  }
}

const CHAT = onTheWire(CHAT_ANSWERS)
const MESSAGES = onTheWire(MESSAGES_ANSWERS)

function stream(socket: Socket, { head, contentEvent, end }: WireAnswers): void {
  socket.write(head)
  let sent = 0
  const stop = () => clearInterval(timer)
  const timer = setInterval(() => {
    if (sent++ < STREAM_CHUNKS) {
      socket.write(asChunk(contentEvent(nowMicroseconds())))
      return
    }
    stop()
    socket.off('close', stop)
    socket.write(end)
  }, CHUNK_SPACING_MS)
  socket.once('close', stop)
}

const server = createServer({ noDelay: true }, (socket) => {
  let waiting = 0
  let answers = CHAT
  let held: Buffer[] = []
  socket.on('error', () => undefined)
  socket.on('data', (data: Buffer) => {
    if (waiting > data.length) {
      waiting -= data.length
      return
    }
    if (waiting > 0) {
      waiting = 0
      socket.write(answers.whole)
      return
    }
    held.push(data)
    const bytes = held.length === 1 ? data : Buffer.concat(held)
    const end = bytes.indexOf('\r\n\r\n')
    if (end === -1) return
    const head = bytes.toString('latin1', 0, end)
    answers = head.startsWith('POST /v1/messages') ? MESSAGES : CHAT
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0)
    const missing = end + 4 + length - bytes.length
    if (missing > 0) {
      if (length <= MOST_KEPT_BYTES) return
      waiting = missing
      held = []
      return
    }
    held = []
    if (bytes.includes('"stream":true', end)) stream(socket, answers)
    else socket.write(answers.whole)
  })
})
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
  console.log(JSON.stringify({ port: (server.address() as AddressInfo).port }))
})
