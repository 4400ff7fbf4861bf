import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export interface EchoProvider {
  /** Base URL for the configuration. */
  readonly url: string
  /** Lets the streams that are open come to their end. */
  release(): void
  close(): Promise<void>
}

/**
 * Starts a provider of OpenAI's chat protocol that says its own name. A stream says it at once
 * and goes on only when it is released.
 */
export async function startEchoProvider(name: string): Promise<EchoProvider> {
  const open = new Set<ServerResponse>()
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      if ((JSON.parse(body) as { stream?: boolean }).stream !== true) {
        response.setHeader('content-type', 'application/json')
        response.end(JSON.stringify(whole(name)))
        return
      }
      response.setHeader('content-type', 'text/event-stream')
      response.write(chunk({ delta: { role: 'assistant', content: name } }))
      open.add(response)
      response.once('close', () => open.delete(response))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    release() {
      for (const response of open) {
        response.write(chunk({ delta: { content: `, still ${name}` } }))
        response.end(`${chunk({ delta: {}, finish_reason: 'stop' })}data: [DONE]\n\n`)
      }
    },
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function whole(content: string) {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'echo',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  }
}

function chunk(choice: object): string {
  const body = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'echo' }
  return `data: ${JSON.stringify({ ...body, choices: [{ index: 0, ...choice }] })}\n\n`
}
