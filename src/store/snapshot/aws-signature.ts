import { createHash, createHmac } from 'node:crypto'

/** Keys that requests are signed with. */
export interface AwsKeys {
  readonly accessKey: string
  readonly secretKey: string
  readonly sessionToken?: string | undefined
}

/** A request as it goes out. */
export interface UnsignedRequest {
  readonly method: string
  readonly url: URL
  /** Names in lower case. All of them are signed. */
  readonly headers: Readonly<Record<string, string>>
  /** SHA-256 of the body, hexadecimal. */
  readonly bodySha256: string
}

interface SigningScope {
  readonly keys: AwsKeys
  readonly region: string
  readonly nowMs: number
}

const ALGORITHM = 'AWS4-HMAC-SHA256'

/** SHA-256 of a body that is not there, or of a text, hexadecimal. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

/**
 * Signs a request to S3 (AWS Signature Version 4, the body's hash included). Returns all headers to
 * send; `host` is the client's own to add and is signed as the URL has it.
 */
export function signedHeaders(
  request: UnsignedRequest,
  { keys, region, nowMs }: SigningScope,
): Readonly<Record<string, string>> {
  const time = new Date(nowMs).toISOString().replaceAll(/[-:]|\.\d+/g, '')
  const day = time.slice(0, 8)
  const headers: Record<string, string> = {
    ...request.headers,
    'x-amz-content-sha256': request.bodySha256,
    'x-amz-date': time,
    ...(keys.sessionToken !== undefined && { 'x-amz-security-token': keys.sessionToken }),
  }
  const all = Object.entries({ ...headers, host: request.url.host }).sort(byText)
  const names = all.map(([name]) => name).join(';')
  const canonical = [
    request.method,
    canonicalPath(request.url),
    canonicalQuery(request.url),
    ...all.map(([name, value]) => `${name}:${value.trim().replaceAll(/ +/g, ' ')}`),
    '',
    names,
    request.bodySha256,
  ].join('\n')
  const scope = `${day}/${region}/s3/aws4_request`
  const signature = hmac(
    [day, region, 's3', 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${keys.secretKey}`),
    [ALGORITHM, time, scope, sha256(canonical)].join('\n'),
  ).toString('hex')
  const credential = `${keys.accessKey}/${scope}`
  headers.authorization = `${ALGORITHM} Credential=${credential},SignedHeaders=${names},Signature=${signature}`
  return headers
}

/** Encodes text as AWS wants it: everything but letters, digits and `-._~`. */
export function awsEncoded(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function canonicalPath({ pathname }: URL): string {
  return pathname
    .split('/')
    .map((part) => awsEncoded(decodeURIComponent(part)))
    .join('/')
}

function canonicalQuery({ searchParams }: URL): string {
  return [...searchParams]
    .map(([name, value]) => [awsEncoded(name), awsEncoded(value)] as const)
    .sort(byText)
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

function byText([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : 1
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
