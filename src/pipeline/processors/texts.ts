import { createHash } from 'node:crypto'
import type { CallRecord } from '../../record/index.ts'
import { bodyWords } from '../body-words.ts'
import type { Processor } from '../pipeline-event.ts'
import { systemPrompt } from '../system-prompt.ts'

const HASH_CHARACTERS = 16

/**
 * Adds `prompt` and `response`, the words of both bodies, and `prompt_hash`, which calls with the
 * same system prompt share, whatever their protocol. Given values stay.
 */
export const texts: Processor = {
  name: 'texts',
  process(event) {
    const { request_body, response_body } = event.record
    if (request_body === undefined && response_body === undefined) return event
    const request = parse(request_body)
    const prompt = bodyWords(request, request_body ?? '', 'request')
    const response = responseWords(response_body ?? '', event.record.endpoint)
    const found: CallRecord = {
      ...(prompt !== '' && { prompt }),
      ...(response !== '' && { response }),
      ...hashOfSystem(request),
    }
    return { ...event, record: { ...found, ...event.record } }
  },
}

/** A transcript may be asked for as plain text or subtitles. */
const TRANSCRIPT_ENDPOINT = /^\/v1\/audio\/(transcriptions|translations)$/

function responseWords(body: string, endpoint = ''): string {
  if (TRANSCRIPT_ENDPOINT.test(endpoint) && !/^\s*\{/.test(body)) return body
  return bodyWords(parse(body), body, 'response')
}

function parse(body: string | undefined): unknown {
  try {
    return body === undefined ? undefined : JSON.parse(body)
  } catch {
    return undefined
  }
}

function hashOfSystem(request: unknown): CallRecord {
  const prompt = systemPrompt(request)
  if (prompt === undefined) return {}
  const hash = createHash('sha256').update(JSON.stringify(prompt))
  return { prompt_hash: hash.digest('hex').slice(0, HASH_CHARACTERS) }
}
