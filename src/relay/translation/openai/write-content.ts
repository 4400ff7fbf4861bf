import type { AudioPart, DocumentPart, ImagePart, Part, TextPart } from '../conversation.ts'
import { audioFormatOf, fileNameFor, urlOf } from './media.ts'

/** What stands between texts that were parts of their own: not every provider takes lists. */
const BETWEEN_TEXTS = '\n\n'

export type UserPart = TextPart | ImagePart | DocumentPart | AudioPart

/** Whether a part can be shown to the model as something the user says. */
export function isUserPart(part: Part): part is UserPart {
  return ['text', 'image', 'document', 'audio'].includes(part.kind)
}

/** Joins texts into one. */
export function joinTexts(parts: readonly TextPart[]): string {
  return parts.map(({ text }) => text).join(BETWEEN_TEXTS)
}

/**
 * Writes the content of a user's message, as one text where it is nothing but text. `leaveOut`
 * gets the place of each part that the protocol cannot say.
 */
export function writeUserContent(
  parts: readonly UserPart[],
  leaveOut: (part: UserPart) => void,
): string | readonly object[] | undefined {
  const written = parts.flatMap((part) => {
    const made = writePart(part)
    if (made === undefined) leaveOut(part)
    return made ?? []
  })
  const texts = written.filter((part) => part.type === 'text')
  if (written.length === 0) return undefined
  if (texts.length < written.length) return written
  return texts.map(({ text }) => text).join(BETWEEN_TEXTS)
}

type WrittenPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image_url'; readonly image_url: object }
  | { readonly type: 'input_audio'; readonly input_audio: object }
  | { readonly type: 'file'; readonly file: object }

function writePart(part: UserPart): WrittenPart | undefined {
  switch (part.kind) {
    case 'text':
      return { type: 'text', text: part.text }
    case 'image': {
      const { detail } = part
      return {
        type: 'image_url',
        image_url: { url: urlOf(part.source), ...(detail && { detail }) },
      }
    }
    case 'audio':
      return writeAudio(part)
    case 'document':
      return writeDocument(part)
    default:
      return part satisfies never
  }
}

function writeAudio({ source }: AudioPart): WrittenPart | undefined {
  const format = audioFormatOf(source.mediaType ?? '')
  if (source.kind === 'url' || format === undefined) return undefined
  return { type: 'input_audio', input_audio: { data: source.data, format } }
}

/** Files of mere text are said as text, which every model reads. */
function writeDocument({ source, name }: DocumentPart): WrittenPart | undefined {
  if (source.kind === 'url') return undefined
  if (source.mediaType.startsWith('text/')) {
    const text = Buffer.from(source.data, 'base64').toString('utf8')
    return { type: 'text', text: name === undefined ? text : `${name}:\n${text}` }
  }
  const filename = name ?? fileNameFor(source.mediaType)
  return { type: 'file', file: { filename, file_data: urlOf(source) } }
}
