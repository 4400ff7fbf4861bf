/** Whose body it is: what a request says in `instructions` its answer only repeats. */
export type BodySide = 'request' | 'response'

/** Names of members that are words a person or a model wrote, in any of the protocols. */
const TEXT_NAMES: ReadonlySet<string> = new Set([
  'content',
  'text',
  'prompt',
  'input',
  'system',
  'systemInstruction',
  'system_instruction',
  'instructions',
  'refusal',
  'arguments',
  'thinking',
  'reasoning_content',
  'reasoning',
  'code',
  'output',
  'transcript',
  'revised_prompt',
])

/** Names of members that lead to such words. */
const BRANCH_NAMES: ReadonlySet<string> = new Set([
  'messages',
  'choices',
  'message',
  'delta',
  'parts',
  'contents',
  'candidates',
  'tool_calls',
  'function',
  'function_call',
  'custom',
  'functionCall',
  'functionResponse',
  'executableCode',
  'codeExecutionResult',
  'summary',
  'audio',
  'data',
  'requests',
  'generateContentRequest',
])

/** Names of members whose every text is words, whatever it is called: what tools take and give. */
const VALUE_NAMES: ReadonlySet<string> = new Set(['args', 'response'])

/** Deeper than any real conversation; hostile nesting ends here. */
const DEEPEST = 12

/** So long a run without a blank is base64 in a place that is meant for text. */
const BASE64 = /^(?:data:[\w.+-]+\/[\w.+-]+;base64,|[A-Za-z0-9+/_-]{256})/

/**
 * Finds the words of a request or an answer of any protocol, in order, one text per line: no
 * roles, names, ids or base64. `parsed` is undefined for a body that is no JSON; what is left of
 * one that was cut is read all the same.
 */
export function bodyWords(parsed: unknown, body: string, side: BodySide): string {
  const found: string[] = []
  if (parsed === undefined) addCutTexts(body, found)
  else addTexts(parsed, false, 0, { side, found })
  return found.join('\n')
}

interface Finding {
  readonly side: BodySide
  readonly found: string[]
}

function addTexts(value: unknown, isText: boolean, depth: number, finding: Finding): void {
  if (typeof value === 'string') {
    if (isText) addText(value, finding.found)
  } else if (typeof value !== 'object' || value === null || depth > DEEPEST) return
  else if (Array.isArray(value)) {
    for (const item of value) addTexts(item, isText, depth + 1, finding)
  } else {
    addMembers(value as Readonly<Record<string, unknown>>, depth, finding)
  }
}

function addMembers(
  object: Readonly<Record<string, unknown>>,
  depth: number,
  finding: Finding,
): void {
  for (const [name, value] of Object.entries(object)) {
    if (VALUE_NAMES.has(name) || (name === 'input' && isToolUse(object))) {
      addValues(value, depth + 1, finding.found)
    } else if (TEXT_NAMES.has(name)) {
      if (name === 'instructions' && finding.side === 'response') continue
      addTexts(value, true, depth + 1, finding)
    } else if (BRANCH_NAMES.has(name)) {
      addTexts(value, false, depth + 1, finding)
    } else if (name === 'source') {
      addSource(value, depth + 1, finding)
    }
  }
}

/** Anthropic's `tool_use`, `server_tool_use` and `mcp_tool_use` have arguments as an object. */
function isToolUse({ type }: Readonly<Record<string, unknown>>): boolean {
  return typeof type === 'string' && type.endsWith('tool_use')
}

/** Anthropic's documents: plain text or blocks beside base64 and addresses. */
function addSource(value: unknown, depth: number, finding: Finding): void {
  const { type, data, content } = (value ?? {}) as Readonly<Record<string, unknown>>
  if (type === 'text') addTexts(data, true, depth, finding)
  if (type === 'content') addTexts(content, true, depth, finding)
}

function addValues(value: unknown, depth: number, found: string[]): void {
  if (typeof value === 'string') addText(value, found)
  else if (typeof value === 'object' && value !== null && depth <= DEEPEST) {
    for (const item of Object.values(value)) addValues(item, depth + 1, found)
  }
}

function addText(text: string, found: string[]): void {
  if (text !== '' && !BASE64.test(text)) found.push(text)
}

/** A body that was cut is no JSON any more: its strings are found by their names. */
const CUT_TEXT =
  /"(?:content|text|prompt|input|system|instructions|thinking|reasoning_content)"\s*:\s*"((?:[^"\\]|\\.)*)/g

function addCutTexts(body: string, found: string[]): void {
  for (const [, escaped = ''] of body.matchAll(CUT_TEXT)) {
    addText(unescaped(escaped.replace(/\\u?[0-9a-fA-F]{0,3}$/, '')) ?? escaped, found)
  }
}

function unescaped(text: string): string | undefined {
  try {
    return String(JSON.parse(`"${text}"`))
  } catch {
    return undefined
  }
}
