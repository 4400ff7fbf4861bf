import type { Transform } from 'node:stream'
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
} from 'node:zlib'

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
}

/**
 * Returns a decoder for a provider that compresses although it was asked not to: `identity` when
 * there is nothing to decode, undefined for an encoding nobody here knows.
 */
export function decoderFor(
  contentEncoding: string | undefined,
): Transform | 'identity' | undefined {
  const name = contentEncoding?.trim().toLowerCase() ?? ''
  if (name === '' || name === 'identity') return 'identity'
  return Object.hasOwn(DECODERS, name) ? DECODERS[name]?.() : undefined
}
