import type { MediaSource } from '../conversation.ts'

const DATA_URL = /^data:([^;,]*)(?:;[^;,]*)*;base64,/i

/** Splits a `data:` URL in base64; undefined when the text is none. */
function parseDataUrl(text: string): MediaSource | undefined {
  const match = DATA_URL.exec(text.slice(0, 256))
  if (match === null) return undefined
  const mediaType = match[1] === '' ? 'application/octet-stream' : match[1]!
  return { kind: 'base64', mediaType: mediaType.toLowerCase(), data: text.slice(match[0].length) }
}

/** Reads an address or a `data:` URL; undefined when it is neither. */
export function parseUrl(text: string): MediaSource | undefined {
  if (/^data:/i.test(text)) return parseDataUrl(text)
  return /^[a-z][a-z0-9+.-]*:/i.test(text) ? { kind: 'url', url: text } : undefined
}

/** Reads the contents of a file: a `data:` URL, an address, or mere base64. */
export function parseFileData(text: string, fileName: string | undefined): MediaSource {
  return parseUrl(text) ?? { kind: 'base64', mediaType: fileTypeOf(fileName), data: text }
}

/** Writes an address, or bytes as a `data:` URL. */
export function urlOf(source: MediaSource): string {
  return source.kind === 'url' ? source.url : `data:${source.mediaType};base64,${source.data}`
}

const FILE_TYPES: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  txt: 'text/plain',
  md: 'text/markdown',
  csv: 'text/csv',
  html: 'text/html',
  json: 'application/json',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
}

/** Guesses a file's type by the ending of its name; PDF is what the protocol was made for. */
function fileTypeOf(fileName: string | undefined): string {
  const ending = fileName?.split('.').at(-1)?.toLowerCase() ?? ''
  return (Object.hasOwn(FILE_TYPES, ending) ? FILE_TYPES[ending] : undefined) ?? FILE_TYPES.pdf!
}

/** A file name for a file that came without: the protocol asks for one. */
export function fileNameFor(mediaType: string): string {
  const ending = Object.keys(FILE_TYPES).find((known) => FILE_TYPES[known] === mediaType)
  return ending === undefined ? 'document' : `document.${ending}`
}

const AUDIO_FORMATS: Readonly<Record<string, string>> = {
  'audio/wav': 'wav',
  'audio/x-wav': 'wav',
  'audio/wave': 'wav',
  'audio/vnd.wave': 'wav',
  'audio/mpeg': 'mp3',
  'audio/mp3': 'mp3',
}

/** The protocol's name of an audio format; undefined where it has none. */
export function audioFormatOf(mediaType: string): string | undefined {
  return Object.hasOwn(AUDIO_FORMATS, mediaType) ? AUDIO_FORMATS[mediaType] : undefined
}

/** The media type of an audio format by the protocol's name of it. */
export function audioTypeOf(format: string): string {
  return format === 'mp3' ? 'audio/mpeg' : `audio/${format}`
}
