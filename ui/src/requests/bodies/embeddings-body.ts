import { base64Bytes } from './attachment.ts'
import type { BodyReader } from './body-reader.ts'
import { objectOf, objectsOf } from './json-value.ts'
import type { Message } from './message.ts'

const BYTES_PER_NUMBER = 4

/** The vectors of OpenAI's and Gemini's embeddings, counted rather than shown. */
export const embeddingsBody: BodyReader = {
  request: () => [],
  answer({ data, embedding, embeddings }) {
    const openai = objectsOf(data).map((item) => lengthOf(item.embedding))
    const gemini = [...objectsOf(embeddings), objectOf(embedding)].map((item) =>
      lengthOf(item?.values),
    )
    return counted([...openai, ...gemini].filter((length) => length !== undefined))
  },
}

function counted(lengths: readonly number[]): readonly Message[] {
  const [dimensions] = lengths
  if (dimensions === undefined) return []
  const part = { kind: 'vectors', count: lengths.length, dimensions } as const
  return [{ role: 'assistant', parts: [part] }]
}

/** Numbers of a vector, which may be packed as base64; undefined for what is none. */
function lengthOf(vector: unknown): number | undefined {
  if (Array.isArray(vector)) return vector.length
  return typeof vector === 'string' ? Math.floor(base64Bytes(vector) / BYTES_PER_NUMBER) : undefined
}
