import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { filterPath } from './filter-path.ts'
import { type AnswerQuery, parameter } from './parameters.ts'

const compress = promisify(gzip)

/** Smaller answers are not worth packing. */
const PACK_BYTES = 1_024

export interface WrittenAnswer {
  readonly payload: Buffer
  readonly encoding: 'gzip' | undefined
}

/** Writes an answer: `filter_path`, `pretty`, and packed when the client takes that. */
export async function answerText(
  body: unknown,
  query: AnswerQuery,
  acceptEncoding: string,
): Promise<WrittenAnswer> {
  const text = typeof body === 'string' ? body : jsonText(body, query)
  if (!/\bgzip\b/i.test(acceptEncoding) || text.length < PACK_BYTES) {
    // bytes: to a text the server would add a charset of its own
    return { payload: Buffer.from(text), encoding: undefined }
  }
  return { payload: await compress(text), encoding: 'gzip' }
}

function jsonText(body: unknown, query: AnswerQuery): string {
  const paths = query.filter_path
  const kept = paths === undefined || paths === '' ? body : filterPath(body, paths)
  const isPretty = query.pretty !== undefined && parameter.boolean(query, 'pretty') === true
  return isPretty ? `${JSON.stringify(kept, null, 2)}\n` : JSON.stringify(kept)
}
