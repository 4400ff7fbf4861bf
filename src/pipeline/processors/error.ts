import { type Processor, withFields } from '../pipeline-event.ts'
import { errorTemplate } from './error-template.ts'
import { withTag } from './tags.ts'

const FIRST_ERROR_STATUS = 400

/** A stream may break after its status 200 was sent, and a lost call has no status at all. */
const FAILED_OUTCOMES = new Set(['upstream_error', 'timeout', 'relay_error', 'lost'])

const TYPE_OF_STATUS: Readonly<Record<number, string>> = {
  400: 'bad_request',
  401: 'authentication',
  402: 'insufficient_quota',
  403: 'permission',
  404: 'not_found',
  408: 'timeout',
  413: 'too_large',
  429: 'rate_limit',
  499: 'client_closed',
  504: 'timeout',
  529: 'overloaded',
}

/** Tags failed calls `error`, names their class and the template of their message. */
export const error: Processor = {
  name: 'error',
  process(event) {
    const { status_code, error_message, error_type, outcome } = event.record
    const template =
      error_message === undefined
        ? event
        : withFields(event, { error_pattern: errorTemplate(error_message) })
    const failed = (status_code ?? 0) >= FIRST_ERROR_STATUS || FAILED_OUTCOMES.has(outcome ?? '')
    if (!failed) return template
    const type = error_type ?? TYPE_OF_STATUS[status_code ?? 0] ?? 'server_error'
    return withTag(withFields(template, { error_type: type }), 'error')
  },
}
