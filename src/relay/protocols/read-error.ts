type Fields = Readonly<Record<string, unknown>>

/** What a provider calls an error in its own words; absent where it does not say. */
export interface ErrorKind {
  /** OpenAI's and Anthropic's `type`, Google's `status`. */
  readonly type?: string
  /** OpenAI's `code`, Anthropic's `error_code`, Google's `reason`. */
  readonly code?: string
  /** The parameter at fault. */
  readonly param?: string
}

/**
 * Finds the message in the parsed body of an error: `error.message` of OpenAI, Anthropic and
 * Google (also in a list of one), a bare `error` or `message`, FastAPI's `detail`, a bare string.
 * An object without any of them is its own message. Undefined when there is nothing to read.
 */
export function readErrorMessage(body: unknown): string | undefined {
  if (typeof body === 'string') return text(body)
  if (typeof body !== 'object' || body === null) return undefined
  if (Array.isArray(body)) return Array.isArray(body[0]) ? asJson(body) : readErrorMessage(body[0])
  const { error, message, detail } = body as Fields
  const inner = fields(error)?.message
  return (
    text(inner) ??
    text(error) ??
    text(message) ??
    text(detail) ??
    complaints(detail) ??
    asJson(body)
  )
}

/** Finds the provider's own type, code and parameter in the parsed body of an error. */
export function readErrorKind(body: unknown): ErrorKind {
  const outer = fields(Array.isArray(body) ? body[0] : body)
  if (outer === undefined) return {}
  const error = fields(outer.error) ?? outer
  const isGoogles = typeof error.status === 'string' && error.type === undefined
  const details = Array.isArray(error.details) ? error.details : []
  const type = isGoogles ? text(error.status) : text(error.type)
  const code = isGoogles
    ? reasonIn(details)
    : (codeIn(error) ?? text(fields(error.details)?.error_code))
  const param = text(error.param) ?? violatedField(details)
  return {
    ...(type !== undefined && { type }),
    ...(code !== undefined && { code }),
    ...(param !== undefined && { param }),
  }
}

/** Some compatible providers give a number. */
function codeIn({ code }: Fields): string | undefined {
  return typeof code === 'number' ? String(code) : text(code)
}

function reasonIn(details: readonly unknown[]): string | undefined {
  for (const each of details) {
    const reason = text(fields(each)?.reason)
    if (reason !== undefined) return reason
  }
  return undefined
}

function violatedField(details: readonly unknown[]): string | undefined {
  for (const each of details) {
    const violations = fields(each)?.fieldViolations
    const field = Array.isArray(violations) ? text(fields(violations[0])?.field) : undefined
    if (field !== undefined) return field
  }
  return undefined
}

/** FastAPI's list of what is wrong with a body: `[{"loc":["body","model"],"msg"}]`. */
function complaints(detail: unknown): string | undefined {
  if (!Array.isArray(detail)) return undefined
  const said = detail.flatMap((each) => {
    const message = text(fields(each)?.msg)
    if (message === undefined) return []
    const place = fields(each)?.loc
    return Array.isArray(place) ? [`${place.filter(isName).join('.')}: ${message}`] : [message]
  })
  return text(said.join('; '))
}

function isName(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number'
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function fields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : undefined
}

/** Undefined when it is nested too deep to be written. */
function asJson(value: object): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}
