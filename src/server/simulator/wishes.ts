import { type JsonObject, objectOf, objectsOf } from './json-value.ts'

export interface SimulatedTool {
  readonly name: string
  readonly parameters: JsonObject
}

/** What a request asks of its answer, beside the words of its prompt. */
export interface Wishes {
  readonly tools: readonly SimulatedTool[]
  readonly toolChoice: 'auto' | 'none' | 'required' | { readonly name: string }
  /** Schema the answer has to fit; an empty one where any JSON will do. */
  readonly schema: JsonObject | undefined
  readonly reasons: boolean
  readonly maxTokens: number | undefined
}

/** Reads what a request of any protocol asks for: they have no field in common that differs. */
export function readWishes(body: JsonObject): Wishes {
  const generation = objectOf(body.generationConfig)
  return {
    tools: readTools(body.tools),
    toolChoice: readToolChoice(body),
    schema: readSchema(body, generation),
    reasons: asksForReasoning(body, generation),
    maxTokens: readMaxTokens(body, generation),
  }
}

function readTools(tools: unknown): readonly SimulatedTool[] {
  return objectsOf(tools)
    .flatMap((tool) => {
      if (tool.functionDeclarations !== undefined) return objectsOf(tool.functionDeclarations)
      // tools that the provider runs itself have a type of their own
      const own = tool.type === undefined || tool.type === 'function' || tool.type === 'custom'
      return own ? [tool.function === undefined ? tool : objectOf(tool.function)] : []
    })
    .filter(({ name }) => typeof name === 'string')
    .map((tool) => ({
      name: String(tool.name),
      parameters: objectOf(tool.parameters ?? tool.parametersJsonSchema ?? tool.input_schema),
    }))
}

function readToolChoice(body: JsonObject): Wishes['toolChoice'] {
  const choice = objectOf(body.tool_choice)
  const calling = objectOf(objectOf(body.toolConfig).functionCallingConfig)
  const [allowed] = [calling.allowedFunctionNames].flat()
  const name = objectOf(choice.function).name ?? choice.name ?? allowed
  if (typeof name === 'string') return { name }
  switch (typeof body.tool_choice === 'string' ? body.tool_choice : (choice.type ?? calling.mode)) {
    case 'required':
    case 'any':
    case 'ANY':
      return 'required'
    case 'none':
    case 'NONE':
      return 'none'
    default:
      return 'auto'
  }
}

function readSchema(body: JsonObject, generation: JsonObject): JsonObject | undefined {
  const formats = [
    objectOf(body.response_format),
    objectOf(objectOf(body.text).format),
    objectOf(body.output_format),
    objectOf(objectOf(body.output_config).format),
  ]
  const [schema] = [
    ...formats.map((format) => format.schema ?? objectOf(format.json_schema).schema),
    generation.responseJsonSchema ?? generation.responseSchema,
  ].filter((each) => each !== undefined)
  if (schema !== undefined) return objectOf(schema)
  const anyJson =
    formats.some(({ type }) => type === 'json_object') ||
    generation.responseMimeType === 'application/json'
  return anyJson ? {} : undefined
}

function asksForReasoning(body: JsonObject, generation: JsonObject): boolean {
  const effort = body.reasoning_effort ?? objectOf(body.reasoning).effort
  const thinking = objectOf(body.thinking).type
  return (
    (typeof effort === 'string' && effort !== 'none') ||
    thinking === 'enabled' ||
    thinking === 'adaptive' ||
    objectOf(generation.thinkingConfig).includeThoughts === true
  )
}

function readMaxTokens(body: JsonObject, generation: JsonObject): number | undefined {
  const most =
    body.max_completion_tokens ??
    body.max_tokens ??
    body.max_output_tokens ??
    generation.maxOutputTokens
  return typeof most === 'number' && most >= 1 ? most : undefined
}
