/**
 * The catalogue of everything that can be told to a person: code, HTTP status, message.
 * Codes are public and never renamed; what varies goes into `details`.
 */
export const ERRORS = {
  CONFIG_INVALID: { status: 500, message: 'configuration is not valid' },
  CONFIG_UNREADABLE: { status: 500, message: 'configuration file cannot be read' },
  DATA_FOLDER_IN_USE: { status: 500, message: 'data folder is used by another process' },
  JOURNAL_IN_USE: { status: 500, message: 'journal is written by another process' },
  JOURNAL_FULL: { status: 503, message: 'journal has reached its size limit' },
  JOURNAL_UNAVAILABLE: { status: 503, message: 'journal cannot be written' },
  JOURNAL_RECORD_TOO_LARGE: { status: 413, message: 'record is larger than the journal takes' },
  JOURNAL_CLOSED: { status: 503, message: 'journal is closed' },
  KEY_MISSING: { status: 401, message: 'no API key was given' },
  KEY_MALFORMED: { status: 401, message: 'API key is malformed' },
  KEY_UNKNOWN: { status: 401, message: 'API key is unknown' },
  KEY_REVOKED: { status: 401, message: 'API key was revoked' },
  KEY_NAME_TAKEN: { status: 409, message: 'a key of this name exists' },
  STORE_UNAVAILABLE: { status: 503, message: 'store is not ready' },
  SEARCH_TIMEOUT: { status: 408, message: 'search ran past its time limit' },
  SEARCH_OVERLOADED: { status: 429, message: 'too many searches are waiting' },
  ENGINE_UNAVAILABLE: { status: 503, message: 'a search engine does not answer' },
  ROUTE_UNKNOWN: { status: 404, message: 'nothing answers at this address' },
  METHOD_NOT_ALLOWED: { status: 405, message: 'method is not allowed at this address' },
  HOST_NOT_ALLOWED: { status: 403, message: 'only loopback host names are answered' },
  ORIGIN_NOT_ALLOWED: { status: 403, message: 'request comes from another site' },
  REQUEST_REFUSED: { status: 400, message: 'request cannot be understood' },
  INTERNAL: { status: 500, message: 'unexpected failure, see the log' },
  NODE_TOO_OLD: { status: 500, message: 'Node.js 24 or newer is needed' },
  PROCESS_ENDED: { status: 500, message: 'a process of the server ended during its start' },
  NOT_RUNNING: { status: 503, message: 'no server runs on this data folder' },
  PROVIDERS_REAL: { status: 409, message: 'server uses real providers, a replay would cost money' },
  REPLAY_INPUT_INVALID: { status: 400, message: 'replay input is not valid' },
  KEY_NOT_FOUND: { status: 404, message: 'no key in force has this id or name' },
  PORT_IN_USE: { status: 500, message: 'port is used by another process' },
  USAGE: { status: 400, message: 'wrong usage' },
} as const satisfies Record<string, { readonly status: number; readonly message: string }>

export type ErrorCode = keyof typeof ERRORS

/** A failure from the catalogue. `details` says what varies; it never holds a secret. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly status: number
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, details: Readonly<Record<string, unknown>> = {}, cause?: unknown) {
    super(ERRORS[code].message, cause === undefined ? undefined : { cause })
    this.name = 'AppError'
    this.code = code
    this.status = ERRORS[code].status
    this.details = details
  }
}

/** Tells whether `error` is the catalogue's `code`, or any of the catalogue when none is named. */
export function isAppError(error: unknown, code?: ErrorCode): error is AppError {
  return error instanceof AppError && (code === undefined || error.code === code)
}

/** Returns the message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
