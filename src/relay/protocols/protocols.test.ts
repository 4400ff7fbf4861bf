import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Anthropic from '@anthropic-ai/sdk'
import { ApiError, GoogleGenAI } from '@google/genai'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CallerError } from '../caller-error.ts'
import { PROTOCOLS } from './index.ts'
import type { Protocol } from './protocol.ts'

const REQUEST_ID = 'req_01'

function errorOf(status: number): CallerError {
  return {
    status,
    message: `refused with ${status}`,
    type: 'invalid_request_error',
    code: `code_${status}`,
    retry: false,
  }
}

function protocolOf(url: string): Protocol {
  if (url.includes('/v1/messages')) return PROTOCOLS.anthropic
  return /generatecontent/i.test(url) ? PROTOCOLS.google : PROTOCOLS.openai
}

/** What each protocol says before the failure, in the form its SDK hands on. */
const FIRST_EVENTS = {
  openai: `data: {"choices":[{"index":0,"delta":{"content":"Hel"}}]}\n\n`,
  anthropic: `event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hel"}}\n\n`,
  google: `data: {"candidates":[{"content":{"role":"model","parts":[{"text":"Hel"}]}}]}\n\n`,
}

let server: Server
let url = ''
/** Status that is answered; 200 is a stream that fails after its first event. */
let status = 0

beforeAll(async () => {
  server = createServer((request, response) => {
    const protocol = protocolOf(request.url ?? '')
    if (status !== 200) {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(protocol.errorBody(errorOf(status), REQUEST_ID))
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(FIRST_EVENTS[protocol.name])
    response.end(protocol.errorEvent(errorOf(504), REQUEST_ID))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const openaiCall = (stream: boolean) =>
  new OpenAI({ baseURL: `${url}/v1`, apiKey: 'k', maxRetries: 0 }).chat.completions.create({
    model: 'm',
    messages: [],
    stream,
  })

const anthropicCall = (stream: boolean) =>
  new Anthropic({ baseURL: url, apiKey: 'k', maxRetries: 0 }).messages.create({
    model: 'm',
    max_tokens: 1,
    messages: [],
    stream,
  })

const google = () => new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: url } }).models
const GOOGLE_REQUEST = { model: 'm', contents: 'Hi' }

async function raised(call: PromiseLike<unknown>): Promise<unknown> {
  try {
    await call
  } catch (error) {
    return error
  }
  throw new Error('the call did not fail')
}

async function readAll(stream: unknown): Promise<void> {
  for await (const _ of stream as AsyncIterable<unknown>);
}

describe('the openai SDK', () => {
  it.each([
    [400, OpenAI.BadRequestError],
    [401, OpenAI.AuthenticationError],
    [402, OpenAI.APIError],
    [403, OpenAI.PermissionDeniedError],
    [404, OpenAI.NotFoundError],
    [408, OpenAI.APIError],
    [409, OpenAI.ConflictError],
    [413, OpenAI.APIError],
    [422, OpenAI.UnprocessableEntityError],
    [429, OpenAI.RateLimitError],
    [500, OpenAI.InternalServerError],
    [502, OpenAI.InternalServerError],
    [503, OpenAI.InternalServerError],
    [504, OpenAI.InternalServerError],
    [529, OpenAI.InternalServerError],
  ])('raises the class of a %d with its message and code', async (given, expected) => {
    status = given
    expect(await raised(openaiCall(false))).toMatchObject({
      constructor: expected,
      status: given,
      message: `${given} refused with ${given}`,
      code: `code_${given}`,
      type: 'invalid_request_error',
      param: null,
    })
  })

  it('raises an error in a stream that has begun', async () => {
    status = 200
    const stream = await openaiCall(true)
    expect(await raised(readAll(stream))).toMatchObject({
      constructor: OpenAI.APIError,
      message: 'refused with 504',
      code: 'code_504',
    })
  })
})

describe('the anthropic SDK', () => {
  it.each([
    [400, Anthropic.BadRequestError, 'invalid_request_error'],
    [401, Anthropic.AuthenticationError, 'authentication_error'],
    [402, Anthropic.PaymentRequiredError, 'billing_error'],
    [403, Anthropic.PermissionDeniedError, 'permission_error'],
    [404, Anthropic.NotFoundError, 'not_found_error'],
    [408, Anthropic.RequestTimeoutError, 'timeout_error'],
    [409, Anthropic.ConflictError, 'invalid_request_error'],
    [413, Anthropic.ContentTooLargeError, 'request_too_large'],
    [422, Anthropic.UnprocessableEntityError, 'invalid_request_error'],
    [429, Anthropic.RateLimitError, 'rate_limit_error'],
    [500, Anthropic.InternalServerError, 'api_error'],
    [502, Anthropic.InternalServerError, 'api_error'],
    [503, Anthropic.ServiceUnavailableError, 'overloaded_error'],
    [504, Anthropic.GatewayTimeoutError, 'timeout_error'],
    [529, Anthropic.OverloadedError, 'overloaded_error'],
  ])('raises the class of a %d with its message, type and code', async (given, expected, type) => {
    status = given
    const error = await raised(anthropicCall(false))
    expect(error).toMatchObject({
      constructor: expected,
      status: given,
      apiMessage: `refused with ${given}`,
      type,
      errorCode: `code_${given}`,
      error: { type: 'error', error: { code: `code_${given}` }, request_id: REQUEST_ID },
    })
  })

  it('raises an error in a stream that has begun', async () => {
    status = 200
    const stream = await anthropicCall(true)
    expect(await raised(readAll(stream))).toMatchObject({
      constructor: Anthropic.APIError,
      apiMessage: 'refused with 504',
      type: 'timeout_error',
      errorCode: 'code_504',
    })
  })

  it('is told the parameter in front of a message that does not name it', () => {
    const say = (message: string) => {
      const error = { ...errorOf(400), message, param: 'messages.0.role' }
      return (
        JSON.parse(PROTOCOLS.anthropic.errorBody(error, REQUEST_ID)) as Anthropic.ErrorResponse
      ).error.message
    }
    expect(say('must be user or assistant')).toBe('messages.0.role: must be user or assistant')
    expect(say('messages.0.role is odd')).toBe('messages.0.role is odd')
  })
})

describe('the google SDK', () => {
  it.each([
    [400, 'INVALID_ARGUMENT'],
    [401, 'UNAUTHENTICATED'],
    [402, 'RESOURCE_EXHAUSTED'],
    [403, 'PERMISSION_DENIED'],
    [404, 'NOT_FOUND'],
    [408, 'DEADLINE_EXCEEDED'],
    [409, 'ABORTED'],
    [413, 'INVALID_ARGUMENT'],
    [422, 'INVALID_ARGUMENT'],
    [429, 'RESOURCE_EXHAUSTED'],
    [500, 'INTERNAL'],
    [502, 'UNAVAILABLE'],
    [503, 'UNAVAILABLE'],
    [504, 'DEADLINE_EXCEEDED'],
    [529, 'UNAVAILABLE'],
  ])('raises an ApiError for a %d with its status, message and reason', async (given, expected) => {
    status = given
    const error = await raised(google().generateContent(GOOGLE_REQUEST))
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({ status: given })
    expect(JSON.parse((error as ApiError).message)).toEqual({
      error: {
        code: given,
        message: `refused with ${given}`,
        status: expected,
        details: [
          {
            '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
            reason: `CODE_${given}`,
            domain: 'bellwether',
          },
        ],
      },
    })
  })

  it('raises an error in a stream that has begun', async () => {
    status = 200
    const stream = await google().generateContentStream(GOOGLE_REQUEST)
    const error = await raised(readAll(stream))
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({
      status: 504,
      message: expect.stringContaining('refused with 504'),
    })
  })

  it('is told the parameter as a field violation', () => {
    const error = { ...errorOf(400), param: 'contents' }
    const body = JSON.parse(PROTOCOLS.google.errorBody(error, REQUEST_ID)) as {
      error: { details: unknown[] }
    }
    expect(body.error.details[1]).toEqual({
      '@type': 'type.googleapis.com/google.rpc.BadRequest',
      fieldViolations: [{ field: 'contents', description: 'refused with 400' }],
    })
  })
})
