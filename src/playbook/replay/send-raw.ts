import { Pool } from 'undici'
import { messageOf } from '../../kernel/index.ts'
import { readAnswer, StreamReader } from './answer-reader.ts'
import type { Reply, SendCall } from './call-result.ts'
import { type PlannedCall, type ReplayPlan, requestBody, requestHeaders } from './plan.ts'

/** What a replay calls: the relay's address without `/v1`, and the key. */
export interface RelayAccess {
  readonly relay: string
  readonly key: string
}

type Answer = Awaited<ReturnType<Pool['request']>>

/** Failures before anything of the request was sent. */
const NOT_CONNECTED = ['ECONNREFUSED', 'UND_ERR_CONNECT_TIMEOUT', 'EHOSTUNREACH', 'ENOTFOUND']

/** Makes calls by plain HTTP over kept-alive connections. */
export function rawSender(
  plan: ReplayPlan,
  { relay, key }: RelayAccess,
  connections: number,
): { readonly send: SendCall; close(): Promise<void> } {
  const pool = new Pool(relay, { connections, pipelining: 1 })
  return {
    async send(call) {
      let answer: Answer | undefined
      try {
        answer = await pool.request({
          path: '/v1/chat/completions',
          method: 'POST',
          headers: {
            ...requestHeaders(plan, call),
            authorization: `Bearer ${key}`,
            'content-type': 'application/json',
          },
          body: JSON.stringify(requestBody(plan, call)),
        })
        return await readReply(call, answer)
      } catch (error) {
        return failedReply(error, answer)
      }
    },
    close: () => pool.destroy(),
  }
}

async function readReply(call: PlannedCall, answer: Answer): Promise<Reply> {
  const head = headOf(answer)
  if (!call.stream || head.status !== 200) {
    return { ending: 'answered', ...head, ...readAnswer(await answer.body.text()) }
  }
  const reader = new StreamReader()
  for await (const chunk of answer.body) reader.add(chunk as Uint8Array)
  const { complete, ...seen } = reader.end()
  return complete
    ? { ending: 'answered', ...head, ...seen }
    : { ending: 'broken', ...head, ...seen, error: 'stream ended early' }
}

function failedReply(error: unknown, answer: Answer | undefined): Reply {
  const code = (error as { readonly code?: string }).code ?? ''
  const reached = answer !== undefined || !NOT_CONNECTED.includes(code)
  return {
    ending: reached ? 'broken' : 'unreached',
    ...(answer !== undefined && headOf(answer)),
    error: `${code === '' ? '' : `${code}: `}${messageOf(error)}`,
  }
}

function headOf({ statusCode, headers }: Answer): { status: number; requestId?: string } {
  const id = headers['x-request-id']
  return { status: statusCode, ...(typeof id === 'string' && { requestId: id }) }
}
