import { type AddressInfo, createServer, type Socket } from 'node:net'
import {
  CHUNK_SPACING_MS,
  contentEvent,
  LAST_EVENTS,
  nowMicroseconds,
  STREAM_CHUNKS,
  WHOLE_ANSWER,
} from './fixed-answers.ts'

// A provider that costs next to nothing: HTTP by hand, so that what is measured is the gateway.

const WHOLE = Buffer.from(
  'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nopenai-processing-ms: 1\r\n' +
    `content-length: ${Buffer.byteLength(WHOLE_ANSWER)}\r\n\r\n${WHOLE_ANSWER}`,
)
const STREAM_HEAD =
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n'

function asChunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`
}

function stream(socket: Socket): void {
  socket.write(STREAM_HEAD)
  let sent = 0
  const stop = () => clearInterval(timer)
  const timer = setInterval(() => {
    if (sent++ < STREAM_CHUNKS) {
      socket.write(asChunk(contentEvent(nowMicroseconds())))
      return
    }
    stop()
    socket.off('close', stop)
    socket.write(`${asChunk(LAST_EVENTS)}0\r\n\r\n`)
  }, CHUNK_SPACING_MS)
  socket.once('close', stop)
}

const server = createServer({ noDelay: true }, (socket) => {
  let waiting = 0
  let held: Buffer[] = []
  socket.on('error', () => undefined)
  socket.on('data', (data: Buffer) => {
    if (waiting > data.length) {
      waiting -= data.length
      return
    }
    if (waiting > 0) {
      waiting = 0
      socket.write(WHOLE)
      return
    }
    held.push(data)
    const bytes = held.length === 1 ? data : Buffer.concat(held)
    const end = bytes.indexOf('\r\n\r\n')
    if (end === -1) return
    const head = bytes.toString('latin1', 0, end)
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
    const missing = end + 4 + length - bytes.length
    const streamed = bytes.includes('"stream":true', end)
    // a large body is not kept: it is never a streamed call here
    if (missing > 0 && !streamed) {
      waiting = missing
      held = []
      return
    }
    if (missing > 0) return
    held = []
    if (streamed) stream(socket)
    else socket.write(WHOLE)
  })
})
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
  console.log(JSON.stringify({ port: (server.address() as AddressInfo).port }))
})
