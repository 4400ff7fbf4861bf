import type { IncomingMessage } from 'node:http'

export type BodyResult =
  | { readonly kind: 'complete'; readonly body: Buffer }
  | { readonly kind: 'too_large' }

/**
 * Collects a request body of at most `maxBytes`. Tells `onChunk` that something has come, and
 * `onResult` once; nothing when the caller goes away before.
 */
export function readBody(
  request: IncomingMessage,
  maxBytes: number,
  onChunk: () => void,
  onResult: (result: BodyResult) => void,
): void {
  const chunks: Buffer[] = []
  let bytes = 0
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > maxBytes) {
      request.removeAllListeners('data').removeAllListeners('end')
      onResult({ kind: 'too_large' })
      return
    }
    chunks.push(chunk)
    onChunk()
  })
  request.on('end', () => {
    const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, bytes)
    onResult({ kind: 'complete', body })
  })
}
