import { isJsonObject } from '../../json-object.ts'
import type {
  AudioPart,
  DocumentPart,
  ImagePart,
  MediaSource,
  RefusalPart,
  TextPart,
} from '../conversation.ts'
import type { Fields } from '../fields.ts'
import { audioTypeOf, parseFileData, parseUrl } from './media.ts'

/** How the parts of a content are read, by their `type`. */
export type PartReaders<P> = Readonly<Record<string, (part: Fields) => P | undefined>>

/** Reads a content that is a text or a list of parts; types without a reader have no equivalent. */
export function readContent<P>(
  message: Fields,
  name: string,
  readers: PartReaders<P>,
): readonly (P | TextPart)[] {
  const content = message.raw(name)
  if (typeof content === 'string') return [{ kind: 'text', text: content }]
  if (content !== undefined && !Array.isArray(content)) {
    message.reject(name, 'must be a string or a list of parts')
  }
  return Array.isArray(content)
    ? message.items(name).flatMap((part) => readPart(part, readers) ?? [])
    : []
}

function readPart<P>(part: Fields, readers: PartReaders<P>): P | undefined {
  const type = part.requiredText('type')
  if (!Object.hasOwn(readers, type)) {
    part.leaveOut('type')
    return undefined
  }
  const read = readers[type]!(part)
  part.finish()
  return read
}

/** Reads `text`, of whatever type the part is. */
export function readText(part: Fields): TextPart {
  const text = part.requiredText('text')
  const cacheMark = readCacheMark(part)
  return { kind: 'text', text, ...(cacheMark && { cacheMark }) }
}

/**
 * Reads Anthropic's `cache_control`, which many clients send in this protocol too, and OpenAI's
 * own breakpoint. Marks are hints, so what cannot be read is no mark.
 */
export function readCacheMark(part: Fields): '5m' | '1h' | undefined {
  const mark = part.raw('cache_control')
  const breakpoint = part.raw('prompt_cache_breakpoint')
  if (isJsonObject(mark)) return mark.ttl === '1h' ? '1h' : '5m'
  return isJsonObject(breakpoint) ? '5m' : undefined
}

/** Reads a part in which the model has refused to answer. */
export function readRefusal(part: Fields): RefusalPart {
  return { kind: 'refusal', text: part.requiredText('refusal') }
}

/** Reads the `detail` that an image is looked at with. `auto` is the same as none. */
export function readDetail(image: Fields): 'low' | 'high' | undefined {
  const detail = image.word('detail', ['auto', 'low', 'high'])
  return detail === 'auto' ? undefined : detail
}

/** Reads an image's address or `data:` URL. */
export function readImageSource(image: Fields, name: string): MediaSource | undefined {
  const source = parseUrl(image.requiredText(name))
  if (source === undefined) image.reject(name, 'must be a URL, or a data: URL in base64')
  return source
}

function readImage(part: Fields): ImagePart | undefined {
  passMarks(part)
  const isShort = typeof part.raw('image_url') === 'string'
  const image = isShort ? part : part.requiredFields('image_url')
  if (image === undefined) return undefined
  const source = readImageSource(image, isShort ? 'image_url' : 'url')
  const detail = readDetail(image)
  if (!isShort) image.finish()
  return source && { kind: 'image', source, ...(detail && { detail }) }
}

function readAudio(part: Fields): AudioPart | undefined {
  passMarks(part)
  const audio = part.requiredFields('input_audio')
  if (audio === undefined) return undefined
  const mediaType = audioTypeOf(audio.requiredText('format'))
  const data = audio.requiredText('data')
  audio.finish()
  return { kind: 'audio', source: { kind: 'base64', mediaType, data } }
}

function readFile(part: Fields): DocumentPart | undefined {
  passMarks(part)
  const file = part.requiredFields('file')
  if (file === undefined) return undefined
  const name = file.text('filename')
  // a file that lies at OpenAI cannot be read elsewhere
  const lies = file.text('file_id') !== undefined
  if (lies) file.leaveOut('file_id')
  const data = lies ? file.text('file_data') : file.requiredText('file_data')
  file.finish()
  if (data === undefined) return undefined
  return { kind: 'document', source: parseFileData(data, name), ...(name && { name }) }
}

function passMarks(part: Fields): void {
  part.ignore('cache_control', 'prompt_cache_breakpoint')
}

export const SYSTEM_PARTS: PartReaders<TextPart> = { text: readText }
export const ASSISTANT_PARTS: PartReaders<TextPart | RefusalPart> = {
  text: readText,
  refusal: readRefusal,
}
export const TOOL_PARTS: PartReaders<TextPart | ImagePart | DocumentPart> = {
  text: readText,
  image_url: readImage,
  file: readFile,
}
export const USER_PARTS: PartReaders<TextPart | ImagePart | DocumentPart | AudioPart> = {
  ...TOOL_PARTS,
  input_audio: readAudio,
}
