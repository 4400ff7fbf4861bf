import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chunk, event, STREAM_HEADERS, usageChunk } from './chat-answers.ts'

// A provider as a process of its own, whose streams take their time: node provider-child.ts
// The caller's `user` says how: `PIECES` or `PIECES cut` for one that breaks off in the end.

const PAUSE_MS = 180

const PIECE = chunk({ content: 'Chào bạn, '.repeat(4) })
const END = [chunk({}, { finish_reason: 'stop' }), usageChunk(), event('[DONE]')].join('')

interface Stream {
  readonly response: ServerResponse
  readonly isCut: boolean
  pieces: number
}

const streams = new Set<Stream>()

/** Sends the next piece of a stream, or what comes at its end. */
function goOn(stream: Stream): void {
  const { response, isCut } = stream
  if (stream.pieces-- > 0) {
    response.write(PIECE)
    return
  }
  streams.delete(stream)
  if (isCut) response.destroy()
  else response.end(END)
}

// the streams take turns, so that what is sent is spread evenly over time
const TURNS = 10
let turn = 0
setInterval(() => {
  turn = (turn + 1) % TURNS
  let place = 0
  for (const stream of streams) if (place++ % TURNS === turn) goOn(stream)
}, PAUSE_MS / TURNS)

const server = createServer({ keepAliveTimeout: 2_000 }, (request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (data: Buffer) => chunks.push(data))
  request.on('end', () => {
    const { user } = JSON.parse(Buffer.concat(chunks).toString()) as { readonly user: string }
    const [pieces, cut] = user.split(' ')
    const stream = { response, isCut: cut !== undefined, pieces: Number(pieces) }
    response.once('close', () => streams.delete(stream))
    response.writeHead(200, STREAM_HEADERS)
    response.write(PIECE)
    streams.add(stream)
  })
})
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`)
})
