import { createHash } from 'node:crypto'
import type { Condition, Plugin, Statement, Value } from './logstash-config.ts'

/** What Logstash holds while it works: the event, and `@metadata` which it does not send. */
type Fields = Record<string, unknown>

/**
 * Runs filters over an event as Logstash does, for the plugins and conditions that our pipeline
 * uses. The event is changed. @throws Error where Logstash would, or at what is not known
 */
export function runFilters(statements: readonly Statement[], event: Fields): Fields {
  for (const statement of statements) {
    if (statement.kind === 'plugin') runPlugin(statement, event)
    else {
      const taken = statement.cases.find(
        ({ condition }) => condition === undefined || holds(condition, event),
      )
      if (taken !== undefined) runFilters(taken.body, event)
    }
  }
  return event
}

/** Replaces `%{field}` and `%{+yyyy.MM.dd}` in a text. */
export function expand(text: string, event: Fields): string {
  return text.replaceAll(/%\{([^}]+)\}/g, (whole, name: string) => {
    if (name === '+YYYY.MM.dd') {
      return String(event['@timestamp']).slice(0, 10).replaceAll('-', '.')
    }
    const value = read(event, name)
    if (value === undefined || value === null) return whole
    return typeof value === 'string' ? value : JSON.stringify(value)
  })
}

function holds(condition: Condition, event: Fields): boolean {
  switch (condition.kind) {
    case 'and':
      return holds(condition.left, event) && holds(condition.right, event)
    case 'or':
      return holds(condition.left, event) || holds(condition.right, event)
    case 'not':
      return !holds(condition.inner, event)
    case 'exists': {
      const value = read(event, condition.field)
      return value !== undefined && value !== null && value !== false
    }
    case 'in': {
      const list = read(event, condition.field)
      return Array.isArray(list) && list.includes(condition.value)
    }
    case 'matches': {
      const value = read(event, condition.field)
      return typeof value === 'string' && toRegExp(condition.pattern).test(value)
    }
    case 'compare':
      return compares(read(event, condition.field), condition.operator, condition.value)
    default:
      return condition satisfies never
  }
}

function compares(value: unknown, operator: string, constant: number | string): boolean {
  if (operator === '==') return value === constant
  if (operator === '!=') return value !== constant
  if (value === undefined || value === null) return false
  // the worker of a pipeline dies here
  if (typeof value !== typeof constant) throw new Error(`${typeof value} beside a number`)
  const order = Number(value) - Number(constant)
  if (operator === '<') return order < 0
  if (operator === '<=') return order <= 0
  return operator === '>' ? order > 0 : order >= 0
}

/** Ruby's anchors of the whole text are those of JavaScript without flags. */
function toRegExp(pattern: string, flags = ''): RegExp {
  return new RegExp(pattern.replaceAll('\\A', '^').replaceAll('\\z', '$'), flags)
}

function runPlugin({ name, options }: Plugin, event: Fields): void {
  switch (name) {
    case 'mutate':
      mutate(options, event)
      break
    case 'date':
      date(options, event)
      break
    case 'fingerprint': {
      const { '@metadata': _, ...sent } = event
      const entries = Object.entries(sent).toSorted(([one], [other]) => (one < other ? -1 : 1))
      const text = JSON.stringify(entries)
      write(event, String(options.target), createHash('sha256').update(text).digest('hex'))
      break
    }
    default:
      throw new Error(`not a filter known here: ${name}`)
  }
}

/** The order of the steps is that of the plugin, not that of the configuration. */
function mutate(options: Plugin['options'], event: Fields): void {
  for (const [from, to] of entriesOf(options.rename)) {
    const value = remove(event, from)
    if (value !== undefined) write(event, String(to), value)
  }
  for (const [field, text] of entriesOf(options.replace)) {
    write(event, field, expand(String(text), event))
  }
  for (const [field, type] of entriesOf(options.convert)) convert(event, field, String(type))
  for (const [field, pattern, replacement] of triples(options.gsub)) {
    const value = read(event, field)
    if (typeof value === 'string') {
      write(event, field, value.replaceAll(toRegExp(pattern, 'g'), replacement))
    }
  }
  for (const [from, to] of entriesOf(options.copy)) write(event, String(to), read(event, from))
  for (const [field, text] of entriesOf(options.add_field)) {
    write(event, field, expand(String(text), event))
  }
  for (const tag of listOf(options.add_tag)) addTag(event, tag)
  for (const field of listOf(options.remove_field)) remove(event, field)
}

function convert(event: Fields, field: string, type: string): void {
  const value = read(event, field)
  if (value === undefined || value === null || typeof value === 'object') return
  const text = String(value as boolean | number | string)
  if (type === 'string') write(event, field, text)
  else if (type === 'float') write(event, field, Number.parseFloat(text) || 0)
  else if (type === 'integer') write(event, field, Number.parseInt(text, 10) || 0)
  else throw new Error(`not a type: ${type}`)
}

function date({ match, timezone }: Plugin['options'], event: Fields): void {
  const [field = '', ...formats] = listOf(match)
  const value = read(event, field)
  if (value === undefined || value === null) return
  for (const format of formats) {
    const atMs = timeOf(String(value as number | string), format, String(timezone))
    if (!Number.isNaN(atMs)) {
      event['@timestamp'] = new Date(atMs).toISOString()
      return
    }
  }
  addTag(event, '_dateparsefailure')
}

function timeOf(text: string, format: string, timezone: string): number {
  if (format === 'UNIX') return Number(text) * 1_000
  if (format === 'UNIX_MS') return Number(text)
  if (format !== 'ISO8601') throw new Error(`not a format known here: ${format}`)
  const hasZone = /(Z|[+-]\d{2}:?\d{2})$/.test(text)
  if (!hasZone && timezone !== 'UTC') throw new Error('the time zone of the machine')
  return Date.parse(hasZone ? text : `${text.replace(' ', 'T')}Z`)
}

function entriesOf(value: Value | undefined): readonly (readonly [string, Value])[] {
  if (value === undefined) return []
  if (typeof value === 'object' && 'kind' in value && value.kind === 'hash') return value.entries
  throw new Error('not a hash')
}

function listOf(value: Value | undefined): readonly string[] {
  if (value === undefined) return []
  if (!Array.isArray(value)) throw new Error('not a list')
  return value.map(String)
}

function triples(value: Value | undefined): readonly (readonly [string, string, string])[] {
  const list = listOf(value)
  return Array.from({ length: list.length / 3 }, (_, place) => [
    list[3 * place] ?? '',
    list[3 * place + 1] ?? '',
    list[3 * place + 2] ?? '',
  ])
}

function addTag(event: Fields, tag: string): void {
  const tags = Array.isArray(event.tags) ? event.tags : []
  event.tags = [...(tags as string[]), tag]
}

function pathOf(reference: string): readonly string[] {
  return reference.startsWith('[') ? reference.slice(1, -1).split('][') : [reference]
}

function holderOf(event: Fields, path: readonly string[]): Fields | undefined {
  return path.slice(0, -1).reduce<Fields | undefined>((holder, name) => {
    const inner = holder !== undefined && Object.hasOwn(holder, name) ? holder[name] : undefined
    return typeof inner === 'object' && inner !== null ? (inner as Fields) : undefined
  }, event)
}

function read(event: Fields, reference: string): unknown {
  const path = pathOf(reference)
  const holder = holderOf(event, path)
  const name = path.at(-1)!
  return holder !== undefined && Object.hasOwn(holder, name) ? holder[name] : undefined
}

function write(event: Fields, reference: string, value: unknown): void {
  const path = pathOf(reference)
  if (path.length === 2 && path[0] === '@metadata') event['@metadata'] ??= {}
  const holder = holderOf(event, path)
  if (holder === undefined) throw new Error(`no place for ${reference}`)
  holder[path.at(-1)!] = value
}

function remove(event: Fields, reference: string): unknown {
  const path = pathOf(reference)
  const holder = holderOf(event, path)
  const value = read(event, reference)
  if (holder !== undefined) delete holder[path.at(-1)!]
  return value
}
