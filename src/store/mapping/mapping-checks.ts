import { illegalArgument, SearchFailure } from '../search-failure.ts'
import { type Definition, eachDefinition, type ObjectDefinition } from './definition.ts'
import type { MappingSettings } from './mapping-settings.ts'

interface Found {
  readonly definition: Definition
  readonly nestedIn: string | undefined
  readonly isMultiField: boolean
}

/**
 * Checks a whole mapping: its size, and that aliases and copies lead to fields.
 *
 * @throws SearchFailure
 */
export function checkMapping(root: ObjectDefinition, settings: MappingSettings): void {
  const found = new Map<string, Found>()
  let lastField = ''
  eachDefinition(root, (name, definition, nestedIn) => {
    const isMultiField = lastField !== '' && name.startsWith(`${lastField}.`)
    if (definition.kind === 'field' && !isMultiField) lastField = name
    found.set(name, { definition, nestedIn, isMultiField })
  })
  checkLimits(found, settings)
  for (const [name, { definition, nestedIn }] of found) {
    if (definition.kind === 'alias') checkAlias(name, definition.path, found)
    if (definition.kind !== 'field') continue
    const targets = (definition.parameters.get('copy_to') ?? []) as readonly string[]
    for (const target of targets) checkCopy(target, nestedIn, found)
  }
}

/** Number of fields as the limit counts them: objects, multi-fields and aliases too. */
export function countFields(root: ObjectDefinition): number {
  let count = 0
  eachDefinition(root, () => count++)
  return count
}

function checkLimits(found: ReadonlyMap<string, Found>, settings: MappingSettings): void {
  const { totalFieldsLimit, depthLimit, nestedFieldsLimit } = settings
  if (found.size > totalFieldsLimit) {
    throw illegalArgument(`Limit of total fields [${totalFieldsLimit}] has been exceeded`)
  }
  let nested = 0
  for (const [name, { definition }] of found) {
    if (definition.kind !== 'object') continue
    if (definition.isNested) nested++
    if (name.split('.').length + 1 > depthLimit) {
      throw illegalArgument(
        `Limit of mapping depth [${depthLimit}] has been exceeded due to object field [${name}]`,
      )
    }
  }
  if (nested > nestedFieldsLimit) {
    throw illegalArgument(`Limit of nested fields [${nestedFieldsLimit}] has been exceeded`)
  }
}

function checkAlias(name: string, path: string, found: ReadonlyMap<string, Found>): void {
  const target = found.get(path)?.definition
  const reason =
    path === name
      ? 'an alias cannot refer to itself.'
      : target?.kind === 'alias'
        ? 'an alias cannot refer to another alias.'
        : target?.kind !== 'field'
          ? 'an alias must refer to an existing field in the mappings.'
          : found.get(path)?.nestedIn !== found.get(name)?.nestedIn
            ? 'an alias must have the same nested scope as its target.'
            : undefined
  if (reason === undefined) return
  throw new SearchFailure({
    type: 'mapper_parsing_exception',
    reason: `Invalid [path] value [${path}] for field alias [${name}]: ${reason}`,
    status: 400,
  })
}

function checkCopy(
  target: string,
  nestedIn: string | undefined,
  found: ReadonlyMap<string, Found>,
): void {
  const known = found.get(target)
  if (known === undefined) return
  if (known.definition.kind === 'object') {
    throw illegalArgument(`Cannot copy to field [${target}] since it is mapped as an object`)
  }
  if (known.definition.kind === 'alias') {
    throw illegalArgument(`Cannot write to a field alias [${target}].`)
  }
  if (known.isMultiField) {
    throw illegalArgument(`[copy_to] may not be used to copy to a multi-field: [${target}]`)
  }
  if (known.nestedIn === undefined || known.nestedIn === nestedIn) return
  if (nestedIn?.startsWith(`${known.nestedIn}.`)) return
  throw illegalArgument(
    `Illegal combination of [copy_to] and [nested] mappings: [copy_to] may only copy data to the current nested document or any of its parents, not to [${target}]`,
  )
}
