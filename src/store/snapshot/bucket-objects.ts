import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Dispatcher, request } from 'undici'
import { type Clock, messageOf } from '../../kernel/index.ts'
import { type AwsKeys, awsEncoded, sha256, signedHeaders } from './aws-signature.ts'
import type { FilePart, ObjectStore, StoredObject } from './object-store.ts'

export interface BucketOptions {
  /** `https://s3.eu-central-1.amazonaws.com`, or that of another S3-compatible storage. */
  readonly endpoint: URL
  readonly region: string
  readonly bucket: string
  /** In front of every key; without slash at either end, empty for none. */
  readonly basePath: string
  readonly keys: AwsKeys
  readonly clock: Clock
  /** Ends what is under way. */
  readonly signal: AbortSignal
}

interface Call {
  readonly method: 'DELETE' | 'GET' | 'PUT'
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly bodySha256?: string
  readonly bytes?: number
  /** Made anew for each attempt. */
  readonly body?: () => Readable | Uint8Array
}

const ATTEMPTS = 5
const FIRST_PAUSE_MS = 200
/** Longest wait for the beginning of an answer, and between two pieces of one. */
const TIMEOUT_MS = 60_000
/** Of an answer that says what is wrong. */
const MAX_ERROR_CHARACTERS = 10_000

/** Keeps objects in a bucket of S3 or of a storage that speaks its language. */
export class BucketObjects implements ObjectStore {
  readonly #options: BucketOptions

  constructor(options: BucketOptions) {
    this.#options = options
  }

  async read(key: string): Promise<Uint8Array | undefined> {
    const answer = await this.#ask({ method: 'GET', path: this.#key(key) })
    return answer && new Uint8Array(await answer.body.arrayBuffer())
  }

  async stream(key: string): Promise<Readable | undefined> {
    const answer = await this.#ask({ method: 'GET', path: this.#key(key) })
    return answer?.body
  }

  async write(key: string, content: Uint8Array): Promise<void> {
    const bytes = content.byteLength
    const bodySha256 = sha256(content)
    await this.#put({ method: 'PUT', path: this.#key(key), bodySha256, bytes, body: () => content })
  }

  async writePart(
    key: string,
    { path, start, bytes, sha256: bodySha256 }: FilePart,
  ): Promise<void> {
    const body = () =>
      bytes === 0 ? Readable.from([]) : createReadStream(path, { start, end: start + bytes - 1 })
    await this.#put({ method: 'PUT', path: this.#key(key), bodySha256, bytes, body })
  }

  async #put(call: Call): Promise<void> {
    const answer = await this.#ask(call)
    if (answer === undefined) throw new Error(`S3 has no bucket [${this.#options.bucket}]`)
    await answer.body.dump()
  }

  async list(beginning: string): Promise<readonly StoredObject[]> {
    const found: StoredObject[] = []
    for (let token: string | undefined; ; ) {
      const query = {
        'list-type': '2',
        prefix: this.#key(beginning),
        ...(token !== undefined && { 'continuation-token': token }),
      }
      const answer = await this.#ask({ method: 'GET', path: '', query })
      if (answer === undefined) throw new Error(`S3 has no bucket [${this.#options.bucket}]`)
      const page = await answer.body.text()
      for (const [, content = ''] of page.matchAll(/<Contents>([\s\S]*?)<\/Contents>/g)) {
        const key = textOf(content, 'Key').slice(this.#key('').length)
        found.push({ key, bytes: Number(textOf(content, 'Size')) })
      }
      token = textOf(page, 'NextContinuationToken')
      if (textOf(page, 'IsTruncated') !== 'true' || token === '') return found
    }
  }

  async remove(key: string): Promise<void> {
    const answer = await this.#ask({ method: 'DELETE', path: this.#key(key) })
    await answer?.body.dump()
  }

  #key(key: string): string {
    const { basePath } = this.#options
    return basePath === '' ? key : `${basePath}/${key}`
  }

  /** Answers undefined for what is not there. */
  async #ask(call: Call): Promise<Dispatcher.ResponseData | undefined> {
    const { signal } = this.#options
    for (let attempt = 1; ; attempt++) {
      signal.throwIfAborted()
      const outcome = await this.#attempt(call)
      if (!(outcome instanceof Error)) return outcome
      if (attempt === ATTEMPTS || outcome instanceof FinalError) throw outcome
      await sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1), undefined, { signal })
    }
  }

  async #attempt(call: Call): Promise<Dispatcher.ResponseData | undefined | Error> {
    try {
      const answer = await this.#send(call)
      const { statusCode } = answer
      if (statusCode < 300) return answer
      const text = (await answer.body.text()).slice(0, MAX_ERROR_CHARACTERS)
      const code = textOf(text, 'Code')
      if (statusCode === 404 && code !== 'NoSuchBucket') return undefined
      const message = `S3 answered ${statusCode} ${code}: ${textOf(text, 'Message')}`.trim()
      const isPassing = statusCode >= 500 || statusCode === 429 || code === 'RequestTimeout'
      return isPassing ? new Error(message) : new FinalError(message)
    } catch (error) {
      const { host } = this.#options.endpoint
      return new Error(`S3 at ${host} cannot be reached: ${messageOf(error)}`, { cause: error })
    }
  }

  async #send({ method, path, query = {}, bodySha256, bytes, body }: Call) {
    const { endpoint, bucket, region, keys, clock, signal } = this.#options
    const url = new URL(endpoint)
    const parts = [bucket, ...path.split('/')].map(awsEncoded)
    url.pathname = `${url.pathname.replace(/\/$/, '')}/${parts.join('/')}`
    const pairs = Object.entries(query).map((pair) => pair.map(awsEncoded).join('='))
    url.search = pairs.join('&')
    const unsigned = {
      method,
      url,
      headers: bytes === undefined ? {} : { 'content-length': String(bytes) },
      bodySha256: bodySha256 ?? sha256(''),
    }
    return await request(url, {
      method,
      headers: signedHeaders(unsigned, { keys, region, nowMs: clock.nowMs() }),
      ...(body !== undefined && { body: body() }),
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
      signal,
    })
  }
}

/** An answer that would be the same the next time. */
class FinalError extends Error {}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
}

/** The text of the first element of that name; empty when there is none. */
function textOf(xml: string, name: string): string {
  const [, text = ''] = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml) ?? []
  return text.replaceAll(/&(?:#(\d+)|#x([0-9a-fA-F]+)|(\w+));/g, (whole, decimal, hex, entity) => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal))
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16))
    return ENTITIES[String(entity)] ?? whole
  })
}
