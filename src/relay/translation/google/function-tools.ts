import type { JsonObject } from '../../json-object.ts'
import type { Conversation, Tool, ToolChoice } from '../conversation.ts'
import type { RequestNotes } from '../request-notes.ts'
import type { GoogleFields } from './google-fields.ts'
import { isShallow, MOST_LEVELS } from './json-values.ts'
import { toGoogleJsonSchema, toJsonSchema } from './schema-dialect.ts'

/** Reads `tools`; those that Google runs itself have no equivalent. */
export function readTools(entries: readonly GoogleFields[]): readonly Tool[] {
  return entries.flatMap((entry) => {
    const declared = entry.objects('functionDeclarations').flatMap(readDeclaration)
    entry.leaveOutRest()
    return declared
  })
}

function readDeclaration(declaration: GoogleFields): readonly Tool[] {
  const name = declaration.string('name')
  const description = declaration.string('description')
  const schema = declaration.json('parametersJsonSchema')
  const openApi = declaration.json('parameters')
  declaration.leaveOutRest()
  if (name === undefined || name === '') {
    declaration.fail('name', 'is missing')
    return []
  }
  const parameters = schema ?? (openApi && toJsonSchema(openApi))
  return [
    {
      name,
      ...(description !== undefined && { description }),
      ...(parameters !== undefined && { parameters }),
    },
  ]
}

/** Reads a `toolConfig`: a list of allowed functions is one of them, or all of `tools`. */
export function readToolConfig(
  fields: GoogleFields | undefined,
  tools: readonly Tool[],
): ToolChoice | undefined {
  const config = fields?.object('functionCallingConfig')
  const choice = config && readCallingConfig(config, tools)
  config?.leaveOutRest()
  fields?.leaveOutRest()
  return choice
}

function readCallingConfig(config: GoogleFields, tools: readonly Tool[]): ToolChoice | undefined {
  const mode = config.string('mode')?.toUpperCase()
  const allowed = config.strings('allowedFunctionNames') ?? []
  const [only] = allowed
  if (mode === 'ANY' && only !== undefined && allowed.length === 1) {
    return { kind: 'tool', name: only }
  }
  const names = new Set(allowed)
  if (allowed.length > 0 && !tools.every(({ name }) => names.has(name))) {
    config.leaveOut('allowedFunctionNames')
  }
  switch (mode) {
    case 'ANY':
      return { kind: 'required' }
    case 'NONE':
      return { kind: 'none' }
    case 'AUTO':
    // checks arguments against their schemas, which others do without being asked
    case 'VALIDATED':
      return { kind: 'auto' }
    case undefined:
    case 'MODE_UNSPECIFIED':
      return undefined
    default:
      return config.fail('mode', 'has to be AUTO, ANY, NONE or VALIDATED')
  }
}

/** Writes `tools` and `toolConfig`. */
export function writeTools({ tools, toolChoice }: Conversation, notes: RequestNotes): JsonObject {
  const config = callingConfig(tools, toolChoice)
  return {
    ...(tools.length > 0 && {
      tools: [{ functionDeclarations: tools.map((tool) => writeDeclaration(tool, notes)) }],
    }),
    ...(config !== undefined && { toolConfig: { functionCallingConfig: config } }),
  }
}

function writeDeclaration(tool: Tool, notes: RequestNotes): JsonObject {
  const { name, description, parameters } = tool
  if (parameters !== undefined && !isShallow(parameters, MOST_LEVELS)) {
    notes.reject('tools', `the parameters of "${name.slice(0, 100)}" are nested too deeply`)
    return { name }
  }
  return {
    name,
    ...(description !== undefined && { description }),
    ...(parameters !== undefined && { parametersJsonSchema: toGoogleJsonSchema(parameters) }),
  }
}

function callingConfig(
  tools: readonly Tool[],
  choice: ToolChoice | undefined,
): JsonObject | undefined {
  const strict = tools.some((tool) => tool.strict === true)
  switch (choice?.kind) {
    case undefined:
      return strict ? { mode: 'VALIDATED' } : undefined
    case 'auto':
      if (tools.length === 0) return undefined
      return { mode: strict ? 'VALIDATED' : 'AUTO' }
    case 'none':
      return tools.length === 0 ? undefined : { mode: 'NONE' }
    case 'required':
      return { mode: 'ANY' }
    case 'tool':
      return { mode: 'ANY', allowedFunctionNames: [choice.name] }
    default:
      return choice satisfies never
  }
}
