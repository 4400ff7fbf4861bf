type JsonObject = Readonly<Record<string, unknown>>

/**
 * Finds the system prompt of a request of any protocol: the first message of role `system` or
 * `developer`, `system`, `instructions` or `systemInstruction`. The same words give the same
 * prompt, however the protocol cuts them into parts. Undefined when there is none.
 */
export function systemPrompt(request: unknown): string | undefined {
  if (!isObject(request)) return undefined
  const { system, instructions, systemInstruction, system_instruction, messages, input } = request
  return (
    textOf(system) ??
    textOf(instructions) ??
    textOf(systemInstruction) ??
    textOf(system_instruction) ??
    firstMessage(messages) ??
    firstMessage(input)
  )
}

function firstMessage(messages: unknown): string | undefined {
  const first: unknown = Array.isArray(messages) ? messages[0] : undefined
  if (!isObject(first)) return undefined
  return first.role === 'system' || first.role === 'developer' ? textOf(first.content) : undefined
}

/** The text of a string, of a list of parts, or of an object that holds such a list. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value
  const parts = Array.isArray(value) ? value : isObject(value) ? value.parts : undefined
  if (!Array.isArray(parts)) return undefined
  const texts = parts.flatMap((part: unknown) => {
    const text = isObject(part) ? part.text : part
    return typeof text === 'string' ? [text] : []
  })
  return texts.length > 0 ? texts.join('\n') : undefined
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
