import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import OpenAI from 'openai'
import { onTestFinished } from 'vitest'
import type { AnswerEvent } from '../../src/relay/translation/answer-event.ts'
import type { CallerCodec, Translated } from '../../src/relay/translation/codec.ts'
import type { Conversation } from '../../src/relay/translation/conversation.ts'
import { answerContext } from './answer-events.ts'

/** A server on a loopback port that answers each request of the official SDK with one answer. */
export interface OpenAiLoopback {
  readonly client: OpenAI
  /** What the codec made of the requests. */
  readonly requests: readonly Translated<Conversation>[]
}

/** Starts a server that speaks through `codec` and says `events`, until the test is finished. */
export async function startOpenAiLoopback(
  codec: CallerCodec,
  events: readonly AnswerEvent[],
): Promise<OpenAiLoopback> {
  const requests: Translated<Conversation>[] = []
  const server = createServer((request, response) => {
    void readJson(request).then((body) => {
      const stream = body.stream === true
      requests.push(codec.readRequest(body, { stream }))
      answer(codec, events, body, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    client: new OpenAI({
      apiKey: 'none',
      baseURL: `http://127.0.0.1:${port}/v1`,
      maxRetries: 0,
    }),
    requests,
  }
}

function answer(
  codec: CallerCodec,
  events: readonly AnswerEvent[],
  request: Readonly<Record<string, unknown>>,
  response: ServerResponse,
): void {
  const options = request.stream_options as { include_usage?: boolean } | undefined
  const wantsUsage = options?.include_usage === true
  const context = answerContext({ wantsUsage, request })
  if (request.stream !== true) {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(codec.writeAnswer(events, context)))
    return
  }
  response.setHeader('content-type', 'text/event-stream')
  const writer = codec.writeStream(context)
  for (const event of events) response.write(writer.write(event))
  response.end(writer.end())
}

async function readJson(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return JSON.parse(Buffer.concat(chunks).toString()) as Readonly<Record<string, unknown>>
}
