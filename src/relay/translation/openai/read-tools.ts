import type { Conversation, Tool, ToolChoice } from '../conversation.ts'
import type { Fields } from '../fields.ts'
import { readCacheMark } from './read-content.ts'

/** The parts of a conversation that are about tools. */
export type ToolSettings = Pick<Conversation, 'tools' | 'toolChoice' | 'parallelToolCalls'>

/** How a protocol wraps a function: `{type, function: {name}}` or `{type, name}`. */
export type Unwrap = (entry: Fields) => Fields | undefined

/** Reads `tools`, `tool_choice` and `parallel_tool_calls`. */
export function readToolSettings(request: Fields, unwrap: Unwrap): ToolSettings {
  const tools = request.items('tools').flatMap((tool) => readTool(tool, unwrap) ?? [])
  const { toolChoice, allowed } = readToolChoice(request, unwrap)
  const parallel = request.flag('parallel_tool_calls')
  return {
    tools: allowed === undefined ? tools : tools.filter(({ name }) => allowed.has(name)),
    ...(toolChoice && { toolChoice }),
    ...(parallel === false && { parallelToolCalls: false }),
  }
}

function readTool(entry: Fields, unwrap: Unwrap): Tool | undefined {
  if (entry.requiredText('type') !== 'function') {
    entry.leaveOut('type')
    return undefined
  }
  const given = unwrap(entry)
  if (given === undefined) return undefined
  const name = given.requiredText('name')
  const description = given.text('description')
  const parameters = given.object('parameters')
  const strict = given.flag('strict')
  const cacheMark = readCacheMark(entry)
  given.ignore('cache_control')
  for (const name of ['async', 'defer_loading']) given.onlyDefault(name, (value) => value === false)
  given.finish()
  if (given !== entry) entry.finish()
  return {
    name,
    ...(description && { description }),
    ...(parameters && { parameters }),
    ...(strict === true && { strict }),
    ...(cacheMark && { cacheMark }),
  }
}

interface Choice {
  readonly toolChoice?: ToolChoice
  /** Names of the tools the model may choose from, where not all. */
  readonly allowed?: ReadonlySet<string>
}

const NO_CHOICE: Choice = {}

function readToolChoice(request: Fields, unwrap: Unwrap): Choice {
  if (typeof request.raw('tool_choice') === 'string') {
    const word = request.word('tool_choice', ['none', 'auto', 'required', 'any'])
    if (word === undefined) return NO_CHOICE
    return { toolChoice: { kind: word === 'any' ? 'required' : word } }
  }
  const choice = request.fields('tool_choice')
  if (choice === undefined) return NO_CHOICE
  const type = choice.requiredText('type')
  if (type === 'allowed_tools') return readAllowedTools(choice, unwrap)
  if (type === 'function') {
    const name = unwrap(choice)?.requiredText('name')
    return name === undefined ? NO_CHOICE : { toolChoice: { kind: 'tool', name } }
  }
  request.leaveOut('tool_choice')
  return NO_CHOICE
}

/** A choice among some of the tools is the choice among all when only those are given. */
function readAllowedTools(choice: Fields, unwrap: Unwrap): Choice {
  const nested = choice.raw('allowed_tools') === undefined ? choice : choice.fields('allowed_tools')
  const kind = nested?.word('mode', ['auto', 'required'])
  const names = nested?.items('tools').map((tool) => unwrap(tool)?.text('name') ?? '')
  return { ...(kind && { toolChoice: { kind } }), allowed: new Set(names) }
}
