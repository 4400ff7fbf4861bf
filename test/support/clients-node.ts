import { Client as Client9, errors as errors9 } from '@elastic/elasticsearch'
import {
  Client as OpenSearchClient,
  errors as openSearchErrors,
} from '@opensearch-project/opensearch'
import { Client as Client7, errors as errors7 } from 'elasticsearch-7'
import { Client as Client8, errors as errors8 } from 'elasticsearch-8'

export type ClientName = 'elastic-7' | 'elastic-8' | 'elastic-9' | 'opensearch'

type Fields = Readonly<Record<string, unknown>>

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into at any depth
export type Answer = any

/** What a client throws for an answer that is an error. */
export interface Refusal {
  readonly status: number
  readonly body: Answer
}

/** The parts of the clients' helpers that are alike in all of them. */
interface Helpers {
  bulk(options: Fields): Promise<{ readonly total: number; readonly failed: number }>
  scrollDocuments(options: Fields): AsyncIterable<Fields>
  search(options: Fields): Promise<readonly Fields[]>
  msearch(options?: Fields): {
    search(header: Fields, body: Fields): Promise<Answer>
    stop(): void
  }
}

/** An official client, called alike whatever its generation. */
export interface NodeClient {
  readonly name: ClientName
  readonly helpers: Helpers
  /**
   * Calls a method such as `indices.create` with parameters of path and URL and a body, and
   * returns the body of the answer.
   *
   * @throws the client's own error
   */
  call(method: string, parameters?: Fields, body?: unknown): Promise<Answer>
  /** As `call`, for what must be refused: fails unless the client throws its own ResponseError. */
  refused(method: string, parameters?: Fields, body?: unknown): Promise<Refusal>
  /** Parameters with a search's body, as the helpers take them. */
  withBody(parameters: Fields, body: Fields): Fields
  close(): Promise<void>
}

/** Where versions 8 and 9 want the body that is not an object of named keys. */
const WHOLE_BODIES: Readonly<Record<string, string>> = {
  index: 'document',
  create: 'document',
  bulk: 'operations',
  msearch: 'searches',
  'indices.putSettings': 'settings',
}

interface Options {
  readonly node: string
  readonly compression: boolean
  readonly maxRetries: number
}

/** What the constructors make, as far as it is used here. */
interface AnyClient {
  readonly helpers: unknown
  close(): Promise<void> | void
}

interface Generation {
  make(options: Options): AnyClient
  readonly ResponseError: new (...from: never[]) => Error
  /** Before version 8 a body was a parameter of its own, and an answer had its body within. */
  readonly wrapsBodies: boolean
}

const GENERATIONS: Readonly<Record<ClientName, Generation>> = {
  'elastic-7': {
    make: ({ compression, ...options }) =>
      new Client7({ ...options, ...(compression && { compression: 'gzip' }) }),
    ResponseError: errors7.ResponseError,
    wrapsBodies: true,
  },
  'elastic-8': {
    make: (options) => new Client8(options),
    ResponseError: errors8.ResponseError,
    wrapsBodies: false,
  },
  'elastic-9': {
    make: (options) => new Client9(options),
    ResponseError: errors9.ResponseError,
    wrapsBodies: false,
  },
  opensearch: {
    make: ({ compression, ...options }) =>
      new OpenSearchClient({ ...options, ...(compression && { compression: 'gzip' }) }),
    ResponseError: openSearchErrors.ResponseError,
    wrapsBodies: true,
  },
}

type Method = (parameters: Fields) => Promise<unknown>

/** Makes an official client that packs what it sends. */
export function nodeClient(name: ClientName, url: string): NodeClient {
  const { make, ResponseError, wrapsBodies } = GENERATIONS[name]
  const client = make({ node: url, compression: true, maxRetries: 0 })
  const call: NodeClient['call'] = async (method, parameters = {}, body) => {
    const path = method.split('.')
    const own = path.pop()!
    const holder = path.reduce((at, key) => at[key] as Fields, client as unknown as Fields)
    const given = wrapsBodies ? wrapped(parameters, body) : flat(method, parameters, body)
    // called on its holder: the methods look for their transport there
    const answer = await (holder as Record<string, Method>)[own]!(given)
    return wrapsBodies ? (answer as { readonly body: unknown }).body : answer
  }
  return {
    name,
    helpers: client.helpers as Helpers,
    call,
    async refused(method, parameters, body) {
      const error = await call(method, parameters, body).then(
        (answer) => {
          throw new Error(`${method} was not refused: ${JSON.stringify(answer)}`)
        },
        (thrown: unknown) => thrown,
      )
      if (!(error instanceof ResponseError)) throw error
      const { meta } = error as Error & { readonly meta: { statusCode: number; body: Answer } }
      return { status: meta.statusCode, body: meta.body }
    },
    withBody: (parameters, body) =>
      wrapsBodies ? wrapped(parameters, body) : { ...parameters, ...body },
    close: async () => client.close(),
  }
}

function wrapped(parameters: Fields, body: unknown): Fields {
  return body === undefined ? parameters : { ...parameters, body }
}

function flat(method: string, parameters: Fields, body: unknown): Fields {
  const whole = WHOLE_BODIES[method]
  if (body !== undefined && whole !== undefined) return { ...parameters, [whole]: body }
  return { ...parameters, ...Object(body) }
}
