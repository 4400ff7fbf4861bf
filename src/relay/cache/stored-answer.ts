/** An answer kept so that it can be given again, with what its record needs. */
export interface StoredAnswer {
  readonly status: number
  readonly contentType: string
  /** As it was sent to the caller; of a stream all its events. */
  readonly body: Buffer
  readonly isStream: boolean
  /** What the answer cost when it was made; undefined where that is not known. */
  readonly costNanoUsd?: number
  readonly provider: string
  /** `provider/model` that gave it. */
  readonly target: string
  readonly responseModel?: string
  readonly finishReason?: string
}

/** What an answer takes beside its texts: objects, map entries, the buffer's own book-keeping. */
const OVERHEAD_BYTES = 512

const BYTES_PER_CHARACTER = 2

/** Memory that an answer takes under its key, in bytes; rather too much than too little. */
export function storedBytes(key: string, answer: StoredAnswer): number {
  const { contentType, body, provider, target, responseModel, finishReason } = answer
  const texts = [key, contentType, provider, target, responseModel, finishReason]
  const characters = texts.reduce((sum, text) => sum + (text?.length ?? 0), 0)
  return body.length + characters * BYTES_PER_CHARACTER + OVERHEAD_BYTES
}

/** Returns the answer with a body that keeps no larger piece of memory alive. */
export function withOwnBody(answer: StoredAnswer): StoredAnswer {
  const { body } = answer
  if (body.buffer.byteLength === body.length) return answer
  const own = Buffer.allocUnsafeSlow(body.length)
  body.copy(own)
  return { ...answer, body: own }
}
