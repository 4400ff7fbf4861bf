import type { StopReason } from '../answer-event.ts'

const LENGTH: ReadonlySet<string> = new Set(['MAX_TOKENS', 'CONTINUATION'])

const FILTERED: ReadonlySet<string> = new Set([
  'SAFETY',
  'RECITATION',
  'BLOCKLIST',
  'PROHIBITED_CONTENT',
  'SPII',
  'IMAGE_SAFETY',
  'IMAGE_PROHIBITED_CONTENT',
  'IMAGE_RECITATION',
])

/**
 * Reads a `finishReason`. Gemini stops for a tool as for anything else; reasons that mean a model
 * gone wrong (`MALFORMED_FUNCTION_CALL`, `OTHER`) have no word elsewhere and read as a plain stop.
 */
export function readFinishReason(reason: string, hasToolCalls: boolean): StopReason {
  if (LENGTH.has(reason)) return 'length'
  if (FILTERED.has(reason)) return 'content_filter'
  return hasToolCalls ? 'tool_calls' : 'stop'
}

/** Writes a `finishReason`; `isMalformed` says that a tool was called with no JSON object. */
export function writeFinishReason(reason: StopReason, isMalformed: boolean): string {
  switch (reason) {
    case 'length':
      return 'MAX_TOKENS'
    case 'content_filter':
      return 'SAFETY'
    case 'stop':
    case 'stop_sequence':
    case 'tool_calls':
      return isMalformed ? 'MALFORMED_FUNCTION_CALL' : 'STOP'
    default:
      return reason satisfies never
  }
}
