import type { Attachment, Media } from './message.ts'

const DATA_URL = /^data:([^;,]*)[^,]{0,200},/

interface Source {
  /** Base64, or a data URL. */
  readonly data?: string | undefined
  readonly type?: string | undefined
  readonly name?: string | undefined
}

/** Names what stands in a body as base64; `media` where its type does not tell. */
export function attachment(media: Media, { data, type, name }: Source): Attachment {
  const inUrl = data === undefined ? null : DATA_URL.exec(data)
  const base64 = inUrl === null ? data : data?.slice(inUrl[0].length)
  const found = type ?? (inUrl?.[1] || undefined)
  return {
    kind: 'attachment',
    media: mediaOf(found) ?? media,
    type: found,
    bytes: base64 === undefined ? undefined : base64Bytes(base64),
    name,
  }
}

/** Names what an address leads to; a data URL holds it itself. */
export function addressed(media: Media, address: string | undefined, type?: string): Attachment {
  return address !== undefined && DATA_URL.test(address)
    ? attachment(media, { data: address, type })
    : attachment(media, { name: address, type })
}

/** Bytes that a base64 text stands for. */
export function base64Bytes(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0
  return Math.max(0, Math.floor((base64.length * 3) / 4) - padding)
}

function mediaOf(type: string | undefined): Media | undefined {
  const [kind] = type?.split('/') ?? []
  return kind === 'image' || kind === 'audio' || kind === 'video' ? kind : undefined
}
