import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { stringify } from 'yaml'
import { illegalArgument } from '../search/index.ts'
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
  const text = typeof body === 'string' ? body : structured(body, query)
  if (!/\bgzip\b/i.test(acceptEncoding) || text.length < PACK_BYTES) {
    // bytes: to a text the server would add a charset of its own
    return { payload: Buffer.from(text), encoding: undefined }
  }
  return { payload: await compress(text), encoding: 'gzip' }
}

/** Whether an answer is written as YAML: the parameter `format`. */
export function isYaml(query: AnswerQuery): boolean {
  return query.format?.toLowerCase() === 'yaml'
}

/**
 * Checks the parameters of how an answer is written; a format that Elasticsearch passes over is
 * passed over here.
 *
 * @throws SearchFailure for one that it would answer in and that is not supported
 */
export function checkFormat(query: AnswerQuery): void {
  parameter.boolean(query, 'pretty')
  parameter.boolean(query, 'human')
  const format = query.format?.toLowerCase()
  if (format === 'cbor' || format === 'smile') {
    throw illegalArgument(`[format] does not support [${format}]`)
  }
}

function structured(body: unknown, query: AnswerQuery): string {
  const paths = query.filter_path
  const kept = paths === undefined || paths === '' ? body : filterPath(body, paths)
  if (isYaml(query)) return `---\n${yamlText(kept)}`
  const isPretty = query.pretty === '' || query.pretty === 'true'
  return isPretty ? `${JSON.stringify(kept, null, 2)}\n` : JSON.stringify(kept)
}

function yamlText(body: unknown): string {
  // by way of JSON: what it leaves out is left out here, and no value is written as an alias
  const plain: unknown = JSON.parse(JSON.stringify(body))
  return stringify(plain, { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' })
}
