import { number, text } from '../call-row.ts'
import { addressed, attachment } from './attachment.ts'
import type { BodyReader } from './body-reader.ts'
import { wordsOf } from './content-part.ts'
import { type Json, objectOf, objectsOf } from './json-value.ts'
import type { Part } from './message.ts'

/** OpenAI's forms with files (pictures, speech), and its answers of pictures and transcripts. */
export const mediaBody: BodyReader = {
  request(body) {
    const files = Object.values(body).flat().map(objectOf).flatMap(fileOf)
    return files.length === 0 ? [] : [{ role: 'user', parts: [...wordsOf(body.prompt), ...files] }]
  },
  answer(body) {
    const made = objectsOf(body.data).flatMap((item) => pictureOf(item, body.output_format))
    const parts = [...wordsOf(body.text), ...made]
    return parts.length === 0 ? [] : [{ role: 'assistant', parts }]
  },
}

/** The record names a file of a form by its name, type and size. */
function fileOf(file: Json | undefined): readonly Part[] {
  const bytes = number(file?.bytes)
  if (file === undefined || bytes === undefined) return []
  const { file_name: name, content_type: type } = file
  return [{ ...attachment('file', { name: text(name), type: text(type) }), bytes }]
}

function pictureOf(item: Json, format: unknown): readonly Part[] {
  const { b64_json: data, url, revised_prompt: prompt } = item
  if (data === undefined && url === undefined) return []
  const type = text(format)
  const picture =
    data === undefined
      ? addressed('image', text(url))
      : attachment('image', { data: text(data), type: type && `image/${type}` })
  return [...wordsOf(prompt), picture]
}
