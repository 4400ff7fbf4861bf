import type { AudioPart, DocumentPart, ImagePart, MediaSource } from '../conversation.ts'
import type { GoogleFields } from './google-fields.ts'
import type { InlineData, WirePart } from './wire-part.ts'

export type MediaPart = ImagePart | DocumentPart | AudioPart

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  heic: 'image/heic',
  heif: 'image/heif',
  bmp: 'image/bmp',
  svg: 'image/svg+xml',
  pdf: 'application/pdf',
  txt: 'text/plain',
  md: 'text/markdown',
  html: 'text/html',
  css: 'text/css',
  csv: 'text/csv',
  xml: 'text/xml',
  json: 'application/json',
  wav: 'audio/wav',
  mp3: 'audio/mpeg',
  m4a: 'audio/mp4',
  aac: 'audio/aac',
  ogg: 'audio/ogg',
  flac: 'audio/flac',
  aiff: 'audio/aiff',
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  webm: 'video/webm',
}

/** What a file is taken for when neither the caller nor its name tells. */
const USUAL_TYPES: Readonly<Record<MediaPart['kind'], string>> = {
  image: 'image/jpeg',
  document: 'application/pdf',
  audio: 'audio/mpeg',
}

const DETAILS: Readonly<Record<string, 'low' | 'high'>> = {
  MEDIA_RESOLUTION_LOW: 'low',
  MEDIA_RESOLUTION_HIGH: 'high',
}

/** Names of Google's own stores, which no other provider can open. */
const GOOGLE_ONLY =
  /^gs:|^https:\/\/generativelanguage\.googleapis\.com\/|^https:\/\/(?:www\.)?youtu(?:be\.com|\.be)\//i

/** Reads `inlineData` or `fileData` of a part; undefined when it is neither or has no equivalent. */
export function readMedia(part: GoogleFields): MediaPart | undefined {
  const inline = part.object('inlineData')
  const file = inline === undefined ? part.object('fileData') : undefined
  const holder = inline ?? file
  if (holder === undefined) return undefined
  const source = inline === undefined ? readFile(holder) : readInline(holder)
  const name = holder.string('displayName')
  holder.leaveOutRest()
  if (source === undefined) return undefined
  const kind = kindOf(source.mediaType)
  if (kind === undefined) {
    holder.leaveOut('mimeType')
    return undefined
  }
  if (kind === 'document') return { kind, source, ...(name !== undefined && { name }) }
  if (kind === 'audio') return { kind, source }
  const detail = readDetail(part)
  return { kind, source, ...(detail !== undefined && { detail }) }
}

/** Reads a `mediaResolution`, of a part or of the whole request, as the detail of images. */
export function detailOf(level: string | undefined): 'low' | 'high' | undefined {
  return level === undefined || !Object.hasOwn(DETAILS, level) ? undefined : DETAILS[level]
}

function readDetail(part: GoogleFields): 'low' | 'high' | undefined {
  const resolution = part.object('mediaResolution')
  const level = resolution?.string('level')
  const detail = detailOf(level)
  if (detail === undefined && level !== undefined) resolution?.leaveOut('level')
  resolution?.leaveOutRest()
  return detail
}

function readInline(
  fields: GoogleFields,
): (MediaSource & { readonly mediaType: string }) | undefined {
  const mediaType = fields.string('mimeType')
  const data = fields.string('data')
  if (mediaType === undefined || mediaType === '') return fields.fail('mimeType', 'is missing')
  if (data === undefined) return fields.fail('data', 'is missing')
  return { kind: 'base64', mediaType, data: standardBase64(data) }
}

function readFile(
  fields: GoogleFields,
): (MediaSource & { readonly mediaType: string }) | undefined {
  const url = fields.string('fileUri')
  const given = fields.string('mimeType')
  if (url === undefined || url === '') return fields.fail('fileUri', 'is missing')
  if (GOOGLE_ONLY.test(url)) {
    fields.leaveOut('fileUri')
    return undefined
  }
  const mediaType = given ?? typeByName(url) ?? USUAL_TYPES.document
  return { kind: 'url', url, mediaType }
}

function kindOf(mediaType: string): MediaPart['kind'] | undefined {
  if (/^image\//i.test(mediaType)) return 'image'
  if (/^audio\//i.test(mediaType)) return 'audio'
  return /^(?:text|application)\//i.test(mediaType) ? 'document' : undefined
}

function typeByName(url: string): string | undefined {
  const extension = /\.([a-z0-9]+)(?:[?#]|$)/i.exec(url)?.[1]?.toLowerCase()
  return extension !== undefined && Object.hasOwn(MEDIA_TYPES, extension)
    ? MEDIA_TYPES[extension]
    : undefined
}

/** Google takes the alphabet of URLs and missing padding too; others do not. */
function standardBase64(data: string): string {
  const standard =
    data.includes('-') || data.includes('_') ? data.replaceAll('-', '+').replaceAll('_', '/') : data
  const missing = (4 - (standard.length % 4)) % 4
  return missing === 0 || missing === 3 ? standard : standard + '='.repeat(missing)
}

/** Writes media as a part; the type of a file is guessed from its name where it is not told. */
export function writeMedia(part: MediaPart): WirePart {
  const { source } = part
  if (source.kind === 'base64') return { inlineData: writeInline(part, source) }
  const mimeType = source.mediaType ?? typeByName(source.url) ?? USUAL_TYPES[part.kind]
  return { fileData: { fileUri: source.url, mimeType } }
}

/** Writes media whose bytes are at hand. */
export function writeInline(
  part: MediaPart,
  { mediaType, data }: Extract<MediaSource, { kind: 'base64' }>,
): InlineData {
  return {
    mimeType: mediaType,
    data,
    ...(part.kind === 'document' && part.name !== undefined && { displayName: part.name }),
  }
}

/** Name of the `mediaResolution` for a detail; `auto` is what comes without. */
export function resolutionOf(detail: ImagePart['detail']): string | undefined {
  if (detail === undefined || detail === 'auto') return undefined
  return detail === 'low' ? 'MEDIA_RESOLUTION_LOW' : 'MEDIA_RESOLUTION_HIGH'
}
